import type { Merge } from "#server/auth/merge-guest.ts";

import { loadConversations } from "./conversation-rows.ts";
import { deliverNews } from "./message-delivery.ts";
import type { Node } from "./node.ts";

/** Tells staff and the customer's sessions whose the conversations of a guest are now. A failure costs nobody anything: clients catch up. */
export async function announceMerge(node: Node, { conversationIds, customerId, xid }: Merge): Promise<void> {
  try {
    deliverNews(node, { xid, conversations: await loadConversations(node, conversationIds, null) });
  } catch (error) {
    node.log.warn({ err: error, userId: customerId }, "a merge was not announced");
  }
}
