import { randomUUID } from "node:crypto";

import type * as z from "zod/mini";

import { commands, type messageContent } from "#protocol/commands.ts";
import type { Answer } from "#protocol/errors.ts";
import type { Message } from "#protocol/objects.ts";

import type { Line } from "./dialect.ts";

/** What a message says. */
export type MessageContent = z.infer<typeof messageContent>;

/** Sends a message of the client's own into its conversation; under an id that it gave, a repeat is stored once. */
export async function sendOwn(line: Line, content: MessageContent, clientMsgId: string = randomUUID()): Promise<Answer<Message>> {
  line.sends(clientMsgId);
  const answer = await line.dispatch("message:send", { clientMsgId, ...content });
  return answer.ok ? { ok: true, data: commands["message:send"].data.parse(answer.data).message } : answer;
}
