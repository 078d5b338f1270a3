import type { StoredHead, StoredRow } from "./checker.ts";
import type { Postgres } from "./stage/postgres.ts";

/** Everything that is stored in these customers' conversations. */
export async function readStored({ ask }: Pick<Postgres, "ask">, customerIds: readonly string[]): Promise<{ rows: StoredRow[]; heads: StoredHead[] }> {
  const [rows, heads] = await Promise.all([
    ask<StoredRow>(`select m.id, m."conversationId", m.seq::float8 as seq, m."senderId", m."clientMsgId", m.body as text, m.kind = 'note' as hidden
                      from "Message" m join "Conversation" c on c.id = m."conversationId" where c."customerId" = any($1::uuid[])`, [customerIds]),
    ask<StoredHead>(`select id, "lastSeq"::float8 as head from "Conversation" where "customerId" = any($1::uuid[])`, [customerIds]),
  ]);
  return { rows, heads };
}
