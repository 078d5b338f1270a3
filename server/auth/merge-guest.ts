import type { Prisma } from "#prisma/generated/client.ts";
import { killSignIns } from "./sign-ins.ts";

/** What became of a guest that turned out to be a known customer. */
export type Merge = {
  guestId: string;
  customerId: string;
  /** All that moved; their customer changed. */
  conversationIds: string[];
  /** The guest's conversation that was resolved, because the customer has an unresolved one already. */
  resolvedId: string | null;
  /** The transaction that did it. */
  xid: number;
};

/**
 * Moves what belongs to a guest to a customer and ends the guest, within a transaction. Null when there is no such
 * guest any more. The order of locks is users, then conversations, the lower id first.
 */
export async function mergeGuest(rows: Prisma.TransactionClient, guestId: string, customerId: string): Promise<Merge | null> {
  const users = await rows.$queryRaw<{ id: string; guest: boolean; merged: boolean }[]>`
    SELECT id, guest, "mergedIntoId" IS NOT NULL AS merged FROM "User" WHERE id IN (${guestId}::uuid, ${customerId}::uuid) ORDER BY id FOR NO KEY UPDATE`;
  const guest = users.find(({ id }) => id === guestId);
  if (!guest?.guest || guest.merged || guestId === customerId) return null;
  const conversations = await rows.$queryRaw<{ id: string; customerId: string; unresolved: boolean }[]>`
    SELECT id, "customerId", status <> 'resolved' AS unresolved FROM "Conversation"
     WHERE "customerId" IN (${guestId}::uuid, ${customerId}::uuid) ORDER BY id FOR NO KEY UPDATE`;
  const moved = conversations.filter((conversation) => conversation.customerId === guestId);
  const own = conversations.some((conversation) => conversation.customerId === customerId && conversation.unresolved);
  const resolvedId = own ? moved.find(({ unresolved }) => unresolved)?.id ?? null : null;
  if (resolvedId !== null) {
    await rows.$executeRaw`
      UPDATE "Conversation" SET status = 'resolved', "resolvedAt" = clock_timestamp(), "snoozedUntil" = NULL, "waitingSince" = NULL WHERE id = ${resolvedId}::uuid`;
  }
  await rows.$executeRaw`
    UPDATE "Conversation" SET "customerId" = ${customerId}::uuid, "updatedAt" = clock_timestamp(), "changedXid" = pg_current_xact_id()
     WHERE "customerId" = ${guestId}::uuid`;
  await moveTraces(rows, guestId, customerId);
  await killSignIns(rows, guestId);
  await rows.user.update({ where: { id: guestId }, data: { mergedIntoId: customerId }, select: { id: true } });
  const [transaction] = await rows.$queryRaw<{ xid: number }[]>`SELECT pg_current_xact_id()::text::float8 AS xid`;
  return { guestId, customerId, conversationIds: moved.map(({ id }) => id), resolvedId, xid: transaction?.xid ?? 0 };
}

/** Messages move too: what the guest's page sends once more as this customer is then recognised as a repeat. */
async function moveTraces(rows: Prisma.TransactionClient, guestId: string, customerId: string): Promise<void> {
  await rows.$executeRaw`
    UPDATE "Message" m SET "senderId" = ${customerId}::uuid
     WHERE "senderId" = ${guestId}::uuid
       AND NOT EXISTS (SELECT FROM "Message" o WHERE o."senderId" = ${customerId}::uuid AND o."clientMsgId" = m."clientMsgId")`;
  await rows.$executeRaw`UPDATE "ReadMark" SET "userId" = ${customerId}::uuid WHERE "userId" = ${guestId}::uuid`;
  await rows.attachment.updateMany({ where: { uploaderId: guestId }, data: { uploaderId: customerId } });
  await rows.$executeRaw`
    INSERT INTO "NoticeMark" ("noticeId", "userId", "deliveredAt", "seenAt", "dismissedAt", "acknowledgedAt")
    SELECT "noticeId", ${customerId}::uuid, "deliveredAt", "seenAt", "dismissedAt", "acknowledgedAt" FROM "NoticeMark" WHERE "userId" = ${guestId}::uuid
    ON CONFLICT DO NOTHING`;
  await rows.noticeMark.deleteMany({ where: { userId: guestId } });
}
