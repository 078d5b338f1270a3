import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Prisma } from "#prisma/generated/client.ts";
import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import type { Identity } from "./identity.ts";
import { seal, unseal } from "./seal.ts";

/** How something is made: `work` runs in one transaction, and what it answers is the answer. */
export type Once<Answer> = (work: (rows: Prisma.TransactionClient) => Promise<Answer>) => Promise<Answer>;

/** A request that may come again. */
export type Repeatable<Answer> = {
  /** The `Idempotency-Key`; null: none was sent, and each request is a new one. */
  readonly key: string | null;
  /** Which route it is. */
  readonly operation: string;
  readonly body: unknown;
  /** The shape of its answers. */
  readonly answer: z.ZodMiniType<Answer>;
  /** Called when the answer is that of an earlier request. */
  readonly onRepeat: () => void;
};

type Needs = Pick<Platform, "database" | "secrets">;
type Kept = { request: Uint8Array; answer: Uint8Array };

/** How long a key is remembered. */
const memory = "24 hours";

/** A transaction and nothing else. */
export function inOneTransaction<Answer>({ database }: Pick<Platform, "database">): Once<Answer> {
  return (work) => database.prisma.$transaction(work);
}

/**
 * Makes what a request asks for once per caller and key, however often and wherever it comes: what is made and its
 * answer are committed together, so a repeat either waits for the first one and gets the same answer, or is the first.
 * What fails leaves nothing behind. Errors: `conflict` when the key was used for something else.
 */
export function answerOnce<Answer>(platform: Needs, { userId }: Identity, request: Repeatable<Answer>): Once<Answer> {
  const { key, operation, body } = request;
  if (key === null) return inOneTransaction(platform);
  const [keyHash, requestHash] = [hashOf(key), hashOf(JSON.stringify([operation, body]))];
  const sealKey = platform.secrets.key("answer");

  return (work) => platform.database.prisma.$transaction(async (rows) => {
    const claimed = await rows.$executeRaw`
      INSERT INTO "IdempotentAnswer" AS a ("userId", key, request, answer) VALUES (${userId}::uuid, ${keyHash}, ${requestHash}, '')
      ON CONFLICT ("userId", key) DO UPDATE SET request = excluded.request, answer = '', "createdAt" = excluded."createdAt"
        WHERE a."createdAt" < clock_timestamp() - ${memory}::interval`;
    const place = { userId_key: { userId, key: keyHash } };
    if (claimed === 0) return readKept(await rows.idempotentAnswer.findUnique({ where: place }), { ...request, requestHash, sealKey });
    const answer = await work(rows);
    await rows.idempotentAnswer.update({ where: place, data: { answer: new Uint8Array(seal(sealKey, JSON.stringify(answer))) }, select: { userId: true } });
    return answer;
  });
}

type Asked<Answer> = Repeatable<Answer> & { requestHash: Uint8Array; sealKey: Uint8Array };

function readKept<Answer>(kept: Kept | null, { requestHash, sealKey, answer, onRepeat }: Asked<Answer>): Answer {
  if (kept === null || !Buffer.from(kept.request).equals(requestHash)) {
    throw new DomainError("conflict", "This Idempotency-Key was used for another request. Make a new one.");
  }
  const text = unseal(sealKey, kept.answer);
  // The secret of the installation was changed since.
  if (text === null) throw new DomainError("conflict", "This request was carried out; its answer can no longer be read.");
  onRepeat();
  return z.parse(answer, JSON.parse(text));
}

/** Forgets the keys that are old enough. */
export async function sweepAnswers({ database }: Pick<Platform, "database">): Promise<void> {
  await database.pool.query(`delete from "IdempotentAnswer" where "createdAt" < clock_timestamp() - $1::interval`, [memory]);
}

function hashOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(text).digest());
}
