import { CommandError } from "#components/realtime/command-error.ts";
import type { History } from "#faults/history.ts";
import { command, Refused } from "#faults/stage/api.ts";
import type { StageNode } from "#faults/stage/nodes.ts";
import type { CommandData, CommandInput } from "#protocol/commands.ts";

import type { Person } from "./person.ts";

/** Sends the same message again, as a second tab, an impatient proxy or a broken client would. */
export type Repeater = {
  /** Over the same connection, or at another node; what comes of it is written down. */
  repeat(person: Person, input: CommandInput<"message:send">): Promise<void>;
  /** Reads at any node what was just acknowledged. */
  readBack(person: Person, conversationId: string, seq: number): Promise<void>;
};

export function createRepeater(nodes: readonly StageNode[], history: History): Repeater {
  const anyNode = (): string => nodes[Math.floor(Math.random() * nodes.length)]?.url ?? "";

  async function send(person: Person, input: CommandInput<"message:send">): Promise<CommandData<"message:send">> {
    if (Math.random() < 1 / 3) return person.client.call("message:send", input);
    return command(anyNode(), "message:send", { token: person.token(), input });
  }

  return {
    async repeat(person, input) {
      const { clientMsgId } = input;
      const who = `${person.who} again`;
      try {
        const { message: { id, seq, conversationId } } = await send(person, input);
        history.add({ kind: "ok", who, clientMsgId, id, seq, conversationId });
      } catch (error) {
        const { code, retryable } = reasonOf(error);
        history.add({ kind: retryable ? "unknown" : "fail", who, clientMsgId, code });
      }
    },
    async readBack(person, conversationId, seq) {
      try {
        const at = anyNode();
        const { messages } = await command(at, "conversation:sync", { token: person.token(), input: { conversationId, after: seq - 1, limit: 1 } });
        if (messages[0]?.seq !== seq) history.add({ kind: "stale", who: at, conversationId, seq });
      } catch (error) {
        if (!reasonOf(error).retryable) throw error;
      }
    },
  };
}

/**
 * A dead connection, an answer that never came, a server that says "later" or that takes the token for expired, as one
 * does whose clock jumped: nobody knows, so it may be tried again.
 */
export function reasonOf(error: unknown): { code: string; retryable: boolean } {
  if (error instanceof Refused) return { code: error.code ?? "no answer", retryable: error.retryable || error.code === "unauthenticated" };
  if (error instanceof CommandError) return { code: error.code, retryable: error.retryable || error.code === "unauthenticated" };
  return { code: String(error), retryable: true };
}
