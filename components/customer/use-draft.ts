"use client";

import { useCallback, useEffect, useState, type RefObject } from "react";
import { readDraft, writeDraft } from "#components/realtime/drafts.ts";

/** What is typed and not sent: kept in this browser over a reload. */
export function useDraft(box: RefObject<HTMLTextAreaElement | null>): readonly [string, (text: string) => void] {
  const [text, setText] = useState("");

  useEffect(() => {
    // Who typed before this page came alive goes on with that.
    setText(box.current?.value || readDraft(null));
  }, [box]);

  const change = useCallback((next: string) => {
    setText(next);
    writeDraft(null, next);
  }, []);
  return [text, change];
}
