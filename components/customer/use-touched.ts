"use client";

import { useEffect, useState, type RefObject } from "react";

/** The number of the message that was tapped last: a finger has no way to hover. A second tap, or one beside, lets go. */
export function useTouched(scroller: RefObject<HTMLElement | null>): string | null {
  const [touched, setTouched] = useState<string | null>(null);

  useEffect(() => {
    const box = scroller.current;
    const touch = ({ target }: Event) => {
      const seq = target instanceof Element ? (target.closest("[data-seq]")?.getAttribute("data-seq") ?? null) : null;
      const isControl = target instanceof Element && target.closest("a, button") !== null;
      if (!isControl) setTouched((before) => (before === seq ? null : seq));
    };
    box?.addEventListener("click", touch);
    return () => box?.removeEventListener("click", touch);
  }, [scroller]);

  return touched;
}
