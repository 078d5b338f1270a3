import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { Receipts } from "#protocol/objects.ts";

import type { Platform } from "#server/platform.ts";

import { findConversation, loadReceipts } from "./conversation-rows.ts";
import type { Parcel } from "./delivery.ts";
import type { Caller } from "./node.ts";
import { rooms } from "./rooms.ts";

/* Marks only rise and never pass the head, so that repeats and stale calls change nothing. */
const raise = `
insert into "ReadMark" as mine ("conversationId", "userId", staff, delivered, read)
select c.id, $2, $3, least(greatest($4::bigint, $5::bigint), c."lastSeq"), least($5::bigint, c."lastSeq") from "Conversation" c where c.id = $1
on conflict ("conversationId", "userId") do update
   set delivered = greatest(mine.delivered, excluded.delivered), read = greatest(mine.read, excluded.read), xid = pg_current_xact_id()
 where mine.delivered < excluded.delivered or mine.read < excluded.read
returning xid`;

const unreadOfStaff = `select count(*)::float8 as unread from "Message" where "conversationId" = $1 and "senderRole" = 'customer'
   and seq > (select read from "ReadMark" where "conversationId" = $1 and "userId" = $2)`;
const unreadOfCustomer = `select count(*)::float8 as unread from "Message" where "conversationId" = $1 and "senderRole" in ('agent', 'admin') and kind <> 'note'
   and seq > (select read from "ReadMark" where "conversationId" = $1 and "userId" = $2)`;

/**
 * Raises my high-water marks (delivered to a device of mine, read by me) and tells the other side and
 * my other sessions. What is read was delivered. Who has no conversation yet has read nothing. Errors: `not_found`.
 */
export async function markRead(caller: Caller, input: CommandInput<"conversation:read">): Promise<CommandData<"conversation:read">> {
  const conversation = await findConversation(caller, input.conversationId);
  if (conversation === null) return { receipts: { customer: { delivered: 0, read: 0 }, staff: { delivered: 0, read: 0 } } };
  const { node, identity } = caller;
  const staff = identity.role !== "customer";
  const { pool } = node.database;
  const raised = await pool.query<{ xid: string }>({
    name: "raise-marks",
    text: raise,
    values: [conversation.id, identity.userId, staff, Math.min(input.delivered ?? 0, conversation.head), Math.min(input.read ?? 0, conversation.head)],
  });
  const receipts = await loadReceipts(pool, conversation.id);
  const [mark] = raised.rows;
  if (mark === undefined) return { receipts };
  const unread = await countUnread(node, { conversationId: conversation.id, userId: identity.userId, staff });
  const parcels = receiptParcels({ conversationId: conversation.id, customerId: conversation.customerId, userId: identity.userId, staff, receipts, unread });
  node.delivery.deliver(parcels, Number(mark.xid));
  return { receipts };
}

type Reader = { readonly conversationId: string; readonly userId: string; readonly staff: boolean };

/** How many messages of the other side stand above this user's mark. */
export async function countUnread({ database }: Platform, { conversationId, userId, staff }: Reader): Promise<number> {
  const { rows } = await database.pool.query<{ unread: number }>({
    name: staff ? "unread-of-staff" : "unread-of-customer",
    text: staff ? unreadOfStaff : unreadOfCustomer,
    values: [conversationId, userId],
  });
  return rows[0]?.unread ?? 0;
}

/** What raised marks make known: to the reader's own sessions with what is unread, and to the other side. */
export function receiptParcels(raised: Reader & { customerId: string; receipts: Receipts; unread: number }): Parcel<"receipt:updated">[] {
  const { conversationId, customerId, userId, staff, receipts, unread } = raised;
  const mine = rooms.user(userId);
  const others = [rooms.conversation(conversationId), ...(staff ? [rooms.user(customerId)] : [])];
  return [
    { rooms: [mine], event: "receipt:updated", payload: { conversationId, receipts, unread } },
    { rooms: others, except: mine, event: "receipt:updated", payload: { conversationId, receipts } },
  ];
}
