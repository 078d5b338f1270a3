"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import type { Conversation } from "#protocol/objects.ts";
import { calmOrder, type CalmRow } from "./calm-order.ts";

/** A pointer that has not moved for this long no longer aims at a row. */
const restMs = 1_200;

/** The rows of a list, holding still while the pointer moves over it. `handlers` belong on the list's element. */
export function useCalmRows(rows: readonly Conversation[], listKey: string) {
  const [held, setHeld] = useState<{ key: string; rows: readonly CalmRow[] } | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = useMemo(() => calmOrder(rows, held?.key === listKey ? held.rows : null), [rows, held, listKey]);

  useEffect(() => () => clearTimeout(rest.current), []);

  const release = () => {
    clearTimeout(rest.current);
    setHeld(null);
  };
  const hold = () => {
    clearTimeout(rest.current);
    rest.current = setTimeout(release, restMs);
    setHeld((before) => (before?.key === listKey ? before : { key: listKey, rows: shown }));
  };
  return { shown, handlers: { onPointerMove: hold, onPointerLeave: release } };
}
