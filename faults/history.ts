import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Someone pressed send. `lane`: messages of one lane are to keep their order; null for those that need not. */
type Invoke = { kind: "invoke"; who: string; senderId: string; clientMsgId: string; text: string; lane: string | null };
/** A bubble turned to sent, or a repeat was answered. What that way does not tell is null. */
type Ok = { kind: "ok"; who: string; clientMsgId: string; id: string | null; seq: number; conversationId: string | null };
/** A bubble turned to failed, or a repeat was refused for good. */
type Fail = { kind: "fail"; who: string; clientMsgId: string; code: string };
/** Nobody knows whether it was stored: no answer, or one that says to try again. */
type Unknown = { kind: "unknown"; who: string; clientMsgId: string; code: string };
/** A message appeared on a screen. */
type Shown = { kind: "shown"; who: string; conversationId: string; seq: number; clientMsgId: string | null };
/** A screen showed a message twice, out of order, or with one missing before it. */
type Disorder = { kind: "disorder"; who: string; conversationId: string; what: string };
/** A read after the acknowledgement did not have the message. */
type Stale = { kind: "stale"; who: string; conversationId: string; seq: number };
/** A client's connection was lost. */
type Down = { kind: "down"; who: string };
/** It is there again. */
type Up = { kind: "up"; who: string };

export type Happening = Invoke | Ok | Fail | Unknown | Shown | Disorder | Stale | Down | Up;
/** `at`: milliseconds of the monotonic clock. */
export type Entry = Happening & { readonly at: number };

/** Every operation of a run, in the order in which it happened. */
export type History = {
  readonly entries: readonly Entry[];
  add(happening: Happening): void;
  /** As JSON, one entry a line. */
  write(file: string): Promise<void>;
};

export function createHistory(): History {
  const entries: Entry[] = [];
  return {
    entries,
    add: (happening) => void entries.push({ at: performance.now(), ...happening }),
    async write(file) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    },
  };
}
