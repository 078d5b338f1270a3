"use client";

import { useEffect, useState } from "react";

/** Milliseconds until `end` (of this browser's clock), renewed every second; 0 once it has passed or without an end. */
export function useCountdown(end: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const left = end === null ? 0 : Math.max(0, end - now);
  const isRunning = left > 0;

  useEffect(() => {
    if (end === null) return undefined;
    const tick = () => setNow(Date.now());
    tick();
    if (!isRunning) return undefined;
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [end, isRunning]);

  return left;
}
