import type { Message } from "#protocol/objects.ts";
import { readSystemText } from "#protocol/system-texts.ts";

/** When the first of my messages that nobody has answered was stored, in milliseconds; null when nothing waits. */
export function waitsSince(messages: readonly Message[]): number | null {
  let since: number | null = null;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message === undefined || isAnswer(message)) return since;
    if (message.senderRole === "customer" && message.recalledAt === null) since = Date.parse(message.createdAt);
  }
  return since;
}

function isAnswer({ senderRole, text, kind }: Message): boolean {
  if (kind === "system") return readSystemText(text)?.event === "resolved";
  return senderRole === "agent" || senderRole === "admin";
}
