"use client";

import { createContext, use, useMemo, useRef, type ReactNode } from "react";

/** What the composer on the screen can be told. */
export type ComposerHands = { focus: (mode: "reply" | "note" | null) => void; blur: () => void; attach: () => void };

/** The way from shortcuts to the composer: it does nothing while none is on the screen. */
export type ComposerPort = ComposerHands & { connect: (hands: ComposerHands) => () => void };

const PortContext = createContext<ComposerPort | null>(null);

export function ComposerPortProvider({ children }: { children: ReactNode }) {
  const hands = useRef<ComposerHands | null>(null);
  const port = useMemo<ComposerPort>(
    () => ({
      focus: (mode) => hands.current?.focus(mode),
      blur: () => hands.current?.blur(),
      attach: () => hands.current?.attach(),
      connect(next) {
        hands.current = next;
        return () => {
          if (hands.current === next) hands.current = null;
        };
      },
    }),
    [],
  );
  return <PortContext value={port}>{children}</PortContext>;
}

/** Needs ComposerPortProvider. */
export function useComposerPort(): ComposerPort {
  const port = use(PortContext);
  if (port === null) throw new Error("useComposerPort needs ComposerPortProvider above it");
  return port;
}
