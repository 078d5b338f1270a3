"use client";

import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { PendingMessage } from "#components/realtime/state.ts";
import type { Message } from "#protocol/objects.ts";

/** So close to the foot one is reading the newest. */
const endPx = 60;

/**
 * Keeps what is being read where it is while messages come in below; at the foot it follows them. The browser's own
 * anchoring is off, because not every browser has it. Answers whether the foot is in sight.
 */
export function useStablePlace(scroller: RefObject<HTMLElement | null>, messages: readonly Message[], pending: readonly PendingMessage[]): boolean {
  const [atEnd, setAtEnd] = useState(true);
  const anchor = useRef<{ row: Element; top: number } | null>(null);

  useEffect(() => {
    const box = scroller.current;
    if (box === null) return undefined;
    const look = () => {
      const isEnd = box.scrollTop > -endPx;
      anchor.current = isEnd ? null : findAnchor(box);
      setAtEnd(isEnd);
    };
    look();
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, [scroller]);

  useLayoutEffect(() => {
    const box = scroller.current;
    const known = anchor.current;
    if (box === null) return;
    if (known === null) {
      if (box.scrollTop > -endPx) box.scrollTo({ top: 0 });
      return;
    }
    if (!known.row.isConnected) return;
    box.scrollBy({ top: known.row.getBoundingClientRect().top - known.top });
    anchor.current = findAnchor(box);
  }, [scroller, messages, pending]);

  return atEnd;
}

/* The first row that begins within sight. */
function findAnchor(box: HTMLElement): { row: Element; top: number } | null {
  const edge = box.getBoundingClientRect().top;
  for (const row of box.querySelectorAll("[data-row]")) {
    const { top } = row.getBoundingClientRect();
    if (top >= edge) return { row, top };
  }
  return null;
}
