import { createStore, type StoreApi } from "zustand/vanilla";
import type { Tone } from "./tones.ts";

/** Tones of one kind come no closer than this. */
const gapMs = 1_500;

/** `blocked`: the browser lets no page sound before the person has touched it. */
export type SoundState = { armed: boolean };

/** The page's only source of sound. */
export type Sound = {
  readonly state: StoreApi<SoundState>;
  /** Asks the browser for sound; must be called from a click or a key. */
  arm(): Promise<boolean>;
  /** Plays a tone unless one of that kind has just been played. Answers whether it sounded. */
  play(tone: Tone, volume: number): boolean;
  close(): void;
};

/** Makes the sound of this tab; silent where the browser has none. */
export function createSound(): Sound {
  const state = createStore<SoundState>(() => ({ armed: false }));
  const lastAt = new Map<Tone, number>();
  let audio: AudioContext | null = null;
  let playTone: ((audio: AudioContext, tone: Tone, volume: number) => void) | null = null;

  function open(): AudioContext | null {
    if (audio !== null || typeof AudioContext === "undefined") return audio;
    audio = new AudioContext({ latencyHint: "playback" });
    audio.addEventListener("statechange", () => state.setState({ armed: audio?.state === "running" && playTone !== null }));
    return audio;
  }

  return {
    state,
    async arm() {
      const opened = open();
      if (opened === null) return false;
      try {
        await opened.resume();
        ({ playTone } = await import("./tones.ts"));
      } catch {
        // Not allowed, or not loaded: the next touch tries again.
      }
      const armed = opened.state === "running" && playTone !== null;
      state.setState({ armed });
      return armed;
    },
    play(tone, volume) {
      const now = performance.now();
      if (audio?.state !== "running" || playTone === null || volume <= 0 || now - (lastAt.get(tone) ?? -Infinity) < gapMs) return false;
      lastAt.set(tone, now);
      playTone(audio, tone, volume);
      return true;
    },
    close() {
      void audio?.close();
      audio = null;
    },
  };
}
