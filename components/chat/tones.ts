/** Each sounds different. */
export type Tone = "message" | "unclaimed" | "urge" | "reminder" | "lost";

/** One struck note: pitch in Hz, when and for how long in seconds, and how loud beside the others. */
type Note = { pitch: number; at: number; length: number; gain: number };

/* Told apart without listening twice: one soft step up; a door bell; three quick knocks; a glass; a step down. */
const tones: Record<Tone, readonly Note[]> = {
  message: [
    { pitch: 659.25, at: 0, length: 0.16, gain: 0.5 },
    { pitch: 880, at: 0.09, length: 0.32, gain: 0.55 },
  ],
  unclaimed: [
    { pitch: 783.99, at: 0, length: 0.5, gain: 0.9 },
    { pitch: 622.25, at: 0.32, length: 0.8, gain: 0.9 },
  ],
  urge: [
    { pitch: 987.77, at: 0, length: 0.14, gain: 0.8 },
    { pitch: 987.77, at: 0.16, length: 0.14, gain: 0.8 },
    { pitch: 1174.66, at: 0.32, length: 0.45, gain: 0.9 },
  ],
  reminder: [
    { pitch: 1046.5, at: 0, length: 1.2, gain: 0.6 },
    { pitch: 1567.98, at: 0.12, length: 1.1, gain: 0.45 },
    { pitch: 2093, at: 0.24, length: 1, gain: 0.3 },
  ],
  lost: [
    { pitch: 440, at: 0, length: 0.3, gain: 0.7 },
    { pitch: 329.63, at: 0.2, length: 0.6, gain: 0.7 },
  ],
};

/** How much of a note's second partial makes it sound struck rather than beeped. */
const partials = [
  { ratio: 1, gain: 1 },
  { ratio: 2.01, gain: 0.28 },
] as const;

/** Plays a tone at a volume from 0 to 1. */
export function playTone(audio: AudioContext, tone: Tone, volume: number): void {
  const begin = audio.currentTime + 0.02;
  for (const note of tones[tone]) {
    for (const partial of partials) strike(audio, { ...note, pitch: note.pitch * partial.ratio, gain: note.gain * partial.gain * volume * 0.5, at: begin + note.at });
  }
}

/** How long a tone lasts, in milliseconds. */
export function toneMs(tone: Tone): number {
  return Math.max(...tones[tone].map(({ at, length }) => at + length)) * 1_000;
}

/* A quick rise and an exponential fall: without them each note would begin and end in a click. */
function strike(audio: AudioContext, { pitch, at, length, gain }: Note): void {
  const source = audio.createOscillator();
  const loudness = audio.createGain();
  source.type = "sine";
  source.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(Math.max(gain, 0.0002), at + 0.012);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + length);
  source.connect(loudness).connect(audio.destination);
  source.start(at);
  source.stop(at + length + 0.02);
}
