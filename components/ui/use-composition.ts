"use client";

import { useMemo, useState, type CompositionEvent, type KeyboardEvent } from "react";
import { followComposition } from "./composing.ts";

/**
 * For fields where Enter does something. Spread `handlers` on the field and begin its `onKeyDown` with
 * `if (isComposing(event)) return;`.
 */
export function useComposition() {
  const [composition] = useState(followComposition);
  return useMemo(
    () => ({
      handlers: {
        onCompositionStart: () => composition.start(),
        onCompositionEnd: (event: CompositionEvent) => composition.end(event.nativeEvent),
      },
      isComposing: (event: KeyboardEvent) => composition.isComposing(event.nativeEvent),
    }),
    [composition],
  );
}
