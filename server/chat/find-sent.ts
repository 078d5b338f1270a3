import type { Message } from "#protocol/objects.ts";

import { completeMessages, findRepeat } from "./message-rows.ts";
import type { Caller } from "./node.ts";

/** The caller's message that is stored under this `clientMsgId`; null: none. For what costs much before it is sent. */
export async function findSent({ node, identity }: Caller, clientMsgId: string): Promise<Message | null> {
  const row = await findRepeat(node.database.pool, identity.userId, clientMsgId);
  const [message] = row === null ? [] : await completeMessages(node, [row]);
  return message ?? null;
}
