import type { PoolClient } from "pg";
import type { Attachment } from "#protocol/objects.ts";
import type { Identity } from "#server/auth/identity.ts";
import { assertAction } from "#server/auth/policy.ts";
import type { Secrets } from "#server/auth/secrets.ts";
import { verifyToken } from "#server/auth/tokens.ts";
import { DomainError, isDomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import type { StoredFile } from "#server/storage/index.ts";
import { signAttachmentToken } from "./attachment-token.ts";
import type { Context } from "./node.ts";

/** What is shown of an attachment. */
export type AttachmentRow = {
  readonly id: string;
  readonly mime: string;
  readonly bytes: number;
  readonly name: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly thumbhash: string | null;
  readonly thumbKey: string | null;
};

const columns = `id, mime, bytes, name, width, height, thumbhash, "thumbKey"`;

/** With addresses that are valid for up to 5 minutes; they begin with `origin`, which is needed only where they leave our pages. */
export function presentAttachment(secrets: Secrets, row: AttachmentRow, origin = ""): Attachment {
  const { thumbKey, ...facts } = row;
  const url = `${origin}/api/v1/attachments/${row.id}?token=${signAttachmentToken(secrets, row.id)}`;
  return { ...facts, url, thumbUrl: thumbKey === null ? null : `${url}&size=thumb` };
}

/** The attachments of any number of messages, by id. */
export async function loadAttachments({ database, secrets }: Pick<Platform, "database" | "secrets">, ids: readonly string[]): Promise<ReadonlyMap<string, Attachment>> {
  if (ids.length === 0) return new Map();
  const { rows } = await database.pool.query<AttachmentRow>({
    name: "load-attachments",
    text: `select ${columns} from "Attachment" where id = any($1::uuid[])`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, presentAttachment(secrets, row)]));
}

type Claim = { readonly attachmentIds: readonly string[]; readonly messageId: string; readonly uploaderId: string; readonly conversationId: string };

/**
 * Uses up attachments for a message, in the transaction that stores it: each once, by its uploader alone, in the
 * conversation that it was uploaded for. Answers them in the order given. Errors: `not_found`.
 */
export async function claimAttachments(client: PoolClient, { attachmentIds, messageId, uploaderId, conversationId }: Claim): Promise<AttachmentRow[]> {
  if (attachmentIds.length === 0) return [];
  const { rows } = await client.query<AttachmentRow>({
    name: "claim-attachments",
    text: `update "Attachment" set "messageId" = $2, "conversationId" = $4
            where id = any($1::uuid[]) and "uploaderId" = $3 and "messageId" is null
              and ("conversationId" is null or "conversationId" = $4)
        returning ${columns}`,
    values: [attachmentIds, messageId, uploaderId, conversationId],
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return attachmentIds.map((id) => {
    const row = found.get(id);
    if (row === undefined) throw notFound();
    return row;
  });
}

/** An attachment that is being read; the stream must be read to its end or destroyed. */
export type AttachmentFile = StoredFile & {
  readonly name: string;
  readonly mime: string;
  /** Until when the token that opened it counts; null: opened by who the caller is. */
  readonly validUntil: Date | null;
};

type Wanted = { readonly id: string; readonly token: string | null; readonly size: "full" | "thumb" };
type Found = {
  mime: string; name: string; fileKey: string; thumbKey: string | null; uploaderId: string;
  messageId: string | null; kind: string | null; recalled: boolean; customerId: string | null;
};

/**
 * Opens the file of an attachment, for whoever has a token for it or may see its conversation. Once its message is
 * recalled nobody gets it. Errors: `not_found`, whatever the reason; `unavailable`.
 */
export async function readAttachment({ node, identity }: Pick<Context, "node" | "identity">, { id, token, size }: Wanted): Promise<AttachmentFile> {
  const validUntil = await findTokenEnd(node.secrets, id, token);
  if (validUntil === null && identity === null) throw notFound();
  if (validUntil === null) assertAction(identity, "attachments:read");
  const found = await findAttachment(node, id);
  const gone = found === null || found.recalled || (found.messageId !== null && found.kind === null);
  if (gone || (validUntil === null && !maySee(found, identity))) throw notFound();
  const thumbKey = size === "thumb" ? found.thumbKey : null;
  const file = await node.storage.open(thumbKey ?? found.fileKey);
  if (file === null) throw notFound();
  return { ...file, name: found.name, mime: thumbKey === null ? found.mime : "image/webp", validUntil };
}

/** Until when this token opens this attachment; null: it does not. */
async function findTokenEnd(secrets: Secrets, id: string, token: string | null): Promise<Date | null> {
  if (token === null) return null;
  try {
    const { claims, expiresAt } = await verifyToken(secrets, "file", token);
    return claims.sub === id ? expiresAt : null;
  } catch (error) {
    if (isDomainError(error) && error.code === "unauthenticated") return null;
    throw error;
  }
}

async function findAttachment({ database }: Pick<Platform, "database">, id: string): Promise<Found | null> {
  const { rows } = await database.pool.query<Found>({
    name: "find-attachment",
    text: `select a.mime, a.name, a."fileKey", a."thumbKey", a."uploaderId", a."messageId",
                  m.kind, m."recalledAt" is not null as recalled, c."customerId"
             from "Attachment" a
             left join "Message" m on m.id = a."messageId"
             left join "Conversation" c on c.id = m."conversationId"
            where a.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** Before it is sent only its uploader sees it; afterwards who sees the message: a note is for staff. */
function maySee({ messageId, uploaderId, customerId, kind }: Found, identity: Identity | null): boolean {
  if (identity === null) return false;
  if (messageId === null) return uploaderId === identity.userId;
  return identity.role === "customer" ? customerId === identity.userId && kind !== "note" : true;
}

function notFound(): DomainError {
  return new DomainError("not_found", "This attachment does not exist, or it is not yours to use.");
}
