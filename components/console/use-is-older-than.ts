"use client";

import { useEffect, useState } from "react";

/** Whether `condition` has held for this long. */
export function useIsOlderThan(condition: boolean, ms: number): boolean {
  const [isOld, setIsOld] = useState(false);
  useEffect(() => {
    if (!condition) return undefined;
    const timer = setTimeout(() => setIsOld(true), ms);
    return () => {
      clearTimeout(timer);
      setIsOld(false);
    };
  }, [condition, ms]);
  return condition && isOld;
}
