"use client";

import { useCallback, useRef, useState, type RefObject } from "react";
import { useClient } from "#components/realtime/hooks.ts";
import { limits } from "#protocol/limits.ts";
import { useDrafts } from "./use-drafts.tsx";
import { useTray } from "#components/chat/use-tray.ts";

/** What is written in one conversation: text and pictures, for the customer or as a note; and how it is sent. */
export function useComposer(conversationId: string, box: RefObject<HTMLTextAreaElement | null>) {
  const client = useClient();
  const drafts = useDrafts();
  const tray = useTray();
  const [draft, setDraft] = useState(() => drafts.read(conversationId));
  const latest = useRef(draft);
  const { text, note } = draft;
  const left = limits.textCharacters - text.length;
  const hasPictures = tray.pictures.length > 0 && !note;
  const canSend = left >= 0 && (text.trim() !== "" || hasPictures);

  const change = useCallback(
    (next: { text?: string; note?: boolean }) => {
      latest.current = { ...latest.current, ...next };
      setDraft(latest.current);
      drafts.write(conversationId, latest.current);
    },
    [drafts, conversationId],
  );

  const write = (value: string) => {
    change({ text: value });
    // What colleagues write among themselves never shows as typing.
    if (!note) client.setTyping(conversationId, value !== "");
  };
  const setNote = (next: boolean) => {
    change({ note: next });
    if (next) client.setTyping(conversationId, false);
    box.current?.focus();
  };
  const send = () => {
    if (!canSend) return;
    const files = hasPictures ? tray.pictures.map(({ file }) => file) : [];
    client.send({ conversationId, kind: note ? "note" : files.length > 0 ? "image" : "text", text: text.trim(), files });
    change({ text: "" });
    if (hasPictures) tray.clear();
    box.current?.focus();
  };
  return { text, note, left, canSend, tray, write, setNote, send };
}
