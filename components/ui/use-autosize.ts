"use client";

import { useLayoutEffect, type RefObject } from "react";

/** Keeps a textarea as high as its text, from its `rows` to `maxRows` lines; beyond that it scrolls. */
export function useAutosize(ref: RefObject<HTMLTextAreaElement | null>, value: string, maxRows: number): void {
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    box.style.height = "auto";
    const style = getComputedStyle(box);
    const frame = box.offsetHeight - box.clientHeight;
    const most = parseFloat(style.lineHeight) * maxRows + parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    box.style.height = `${Math.min(box.scrollHeight, most) + frame}px`;
    box.style.overflowY = box.scrollHeight > most ? "auto" : "hidden";
  }, [ref, value, maxRows]);
}
