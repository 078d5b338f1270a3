"use client";

import { createContext, use, useEffect, useState, type ReactNode } from "react";
import { useStore } from "zustand/react";
import { createSound, type Sound } from "./sound.ts";

const SoundContext = createContext<Sound | null>(null);

/** The sound of this tab; any click or key also arms it, because browsers ask for one. */
export function SoundProvider({ children }: { children: ReactNode }) {
  const [sound] = useState(createSound);

  useEffect(() => {
    const arm = () => {
      if (!sound.state.getState().armed) void sound.arm();
    };
    addEventListener("pointerdown", arm);
    addEventListener("keydown", arm);
    return () => {
      removeEventListener("pointerdown", arm);
      removeEventListener("keydown", arm);
    };
  }, [sound]);
  return <SoundContext value={sound}>{children}</SoundContext>;
}

/** Needs SoundProvider. */
export function useSound(): Sound {
  const sound = use(SoundContext);
  if (sound === null) throw new Error("useSound needs SoundProvider above it");
  return sound;
}

/** Whether the browser lets this tab sound. */
export function useIsArmed(): boolean {
  return useStore(useSound().state, (state) => state.armed);
}
