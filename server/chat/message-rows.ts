import type { Pool, PoolClient } from "pg";

import type { Message } from "#protocol/objects.ts";

import type { Platform } from "#server/platform.ts";

import { loadAttachments } from "./attachments.ts";
import { type MessageRow, presentMessage } from "./present.ts";

/** The columns of a message, `m`, with its sender, `s`: what `readMessages` understands. */
export const messageColumns = `
  m.id, m."conversationId", m.seq::float8 as seq, m.kind, m.body as text, m."attachmentIds", m."senderId", m."senderRole",
  s.name as "senderName", m."clientMsgId", m."replyTo"::float8 as "replyTo", m.at, m."editedAt", m."recalledAt"`;

export const messageTables = `"Message" m left join "User" s on s.id = m."senderId"`;

export type SelectedMessage = Omit<MessageRow, "attachments"> & { attachmentIds: string[] };

/** Runs a query that selects `messageColumns` and presents what it found, attachments with fresh addresses. */
export async function readMessages(platform: Platform, text: string, values: readonly unknown[]): Promise<Message[]> {
  const { rows } = await platform.database.pool.query<SelectedMessage>(text, [...values]);
  return completeMessages(platform, rows);
}

/** Presents selected rows; loads the attachments of all of them at once. */
export async function completeMessages(platform: Platform, rows: readonly SelectedMessage[]): Promise<Message[]> {
  const attachments = await loadAttachments(platform, rows.flatMap((row) => (row.recalledAt === null ? row.attachmentIds : [])));
  return rows.map((row) =>
    presentMessage({ ...row, attachments: row.attachmentIds.flatMap((id) => attachments.get(id) ?? []) }),
  );
}

/** The message that a sender stored under this clientMsgId, with the hash of what it said then. */
export async function findRepeat(database: Pool | PoolClient, senderId: string, clientMsgId: string) {
  const { rows } = await database.query<SelectedMessage & { payloadHash: Buffer }>({
    name: "find-repeat",
    text: `select ${messageColumns}, m."payloadHash" from ${messageTables} where m."senderId" = $1 and m."clientMsgId" = $2`,
    values: [senderId, clientMsgId],
  });
  return rows[0] ?? null;
}
