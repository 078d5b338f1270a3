import * as z from "zod/mini";

import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";

/** Something that every other node can be asked, with the shapes of what goes out and what comes back. */
export type Question<Input extends z.ZodMiniType, Reply extends z.ZodMiniType> = { readonly name: string; readonly input: Input; readonly reply: Reply };

/** Questions to all other nodes: for what only a session's own node knows. Whoever does not answer in time is left out. */
export type Questions = {
  /** The replies of the others, in no order, after 500 ms at the latest. Never throws. */
  ask<Input extends z.ZodMiniType, Reply extends z.ZodMiniType>(question: Question<Input, Reply>, input: z.infer<Input>): Promise<z.infer<Reply>[]>;
  /** Has `reply` answer when another node asks. */
  answer<Input extends z.ZodMiniType, Reply extends z.ZodMiniType>(question: Question<Input, Reply>, reply: (input: z.infer<Input>) => z.infer<Reply>): void;
};

const limitMs = 500;
const asked = z.object({ id: z.string(), name: z.string(), input: z.unknown() });
const answered = z.object({ id: z.string(), reply: z.unknown() });

export function createQuestions({ bus, log }: Pick<Platform, "bus" | "log">): Questions {
  const waiting = new Map<string, (from: string, reply: unknown) => void>();
  const repliers = new Map<string, (input: unknown) => unknown>();

  bus.subscribe("question", (payload) => {
    const read = z.safeParse(asked, payload);
    if (!read.success) return;
    const { id, name, input } = read.data;
    const reply = repliers.get(name)?.(input);
    if (reply !== undefined) bus.publish("answer", { id, reply });
  });
  bus.subscribe("answer", (payload, from) => {
    const read = z.safeParse(answered, payload);
    if (read.success) waiting.get(read.data.id)?.(from, read.data.reply);
  });

  return {
    ask({ name, reply: schema }, input) {
      const missing = new Set(bus.peers());
      if (missing.size === 0) return Promise.resolve([]);
      const id = createId();
      const replies: z.infer<typeof schema>[] = [];
      return new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(replies);
        };
        const timer = setTimeout(() => {
          log.info({ question: name, missing: [...missing] }, "not every node answered in time");
          finish();
        }, limitMs);
        waiting.set(id, (from, reply) => {
          const read = z.safeParse(schema, reply);
          if (missing.delete(from) && read.success) replies.push(read.data);
          if (missing.size === 0) finish();
        });
        bus.publish("question", { id, name, input });
      });
    },

    answer({ name, input: schema }, reply) {
      repliers.set(name, (input) => {
        const read = z.safeParse(schema, input);
        return read.success ? reply(read.data) : undefined;
      });
    },
  };
}
