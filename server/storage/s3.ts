import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { AwsClient } from "aws4fetch";
import type { StorageConfig } from "#server/config.ts";
import type { Log } from "#server/log.ts";
import type { FileEntry, FileStore } from "./index.ts";
import { assertKey, isKey } from "./keys.ts";
import { callStore, storeLimit } from "./time-limit.ts";

type Bucket = Extract<StorageConfig, { kind: "s3" }>;
type Send = { readonly method: string; readonly path: string; readonly body?: Uint8Array<ArrayBuffer>; readonly headers?: Record<string, string> };

/** Our objects stand under this prefix, so that a bucket can be shared. */
const prefix = "files/";

/** A store in a bucket of anything that speaks S3 with path-style addresses. Opens no connection yet. */
export function openBucket({ endpoint, bucket, key: accessKeyId, secret: secretAccessKey, region }: Bucket, log: Log): FileStore {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: 0 });

  async function send({ method, path, body, headers = {} }: Send): Promise<Response> {
    const digest = createHash("sha256").update(body ?? "").digest("hex");
    const signed = await client.sign(`${endpoint}/${encodeURIComponent(bucket)}${path}`, {
      method, headers: { ...headers, "X-Amz-Content-Sha256": digest }, ...(body && { body }),
    });
    // The request as fetch is given it: a body that is already a stream could not tell its length.
    return fetch(signed.url, {
      method, headers: signed.headers, redirect: "error", signal: AbortSignal.timeout(storeLimit), ...(body && { body }),
    });
  }

  async function remove(key: string): Promise<void> {
    const response = await send({ method: "DELETE", path: `/${prefix}${key}` });
    if (response.status !== 404) await assertOk(response);
    await response.body?.cancel();
  }

  return {
    async put(key, bytes, mime) {
      assertKey(key);
      await callStore({ log, what: "write a file", async work() {
        const response = await send({ method: "PUT", path: `/${prefix}${key}`, body: new Uint8Array(bytes), headers: { "Content-Type": mime } });
        await assertOk(response);
        await response.body?.cancel();
      } });
    },

    async open(key) {
      assertKey(key);
      return callStore({ log, what: "open a file", async work() {
        const response = await send({ method: "GET", path: `/${prefix}${key}` });
        if (response.status === 404) {
          await response.body?.cancel();
          return null;
        }
        await assertOk(response);
        // Whole, so that the time limit is the bucket's and not that of a client which reads slowly.
        const content = Buffer.from(await response.arrayBuffer());
        return { stream: Readable.from([content]), bytes: content.length };
      } });
    },

    async remove(keys) {
      for (const key of keys) assertKey(key);
      await callStore({ log, what: "remove files", async work() {
        await Promise.all(keys.map(remove));
      } });
    },

    async *list() {
      for (let next: string | null = ""; next !== null;) {
        const from: string = next === "" ? "" : `&continuation-token=${encodeURIComponent(next)}`;
        const page: string = await callStore({ log, what: "list the files", async work() {
          const response = await send({ method: "GET", path: `?list-type=2&prefix=${encodeURIComponent(prefix)}${from}` });
          await assertOk(response);
          return response.text();
        } });
        yield* entriesOf(page);
        next = /<NextContinuationToken>([^<]+)</u.exec(page)?.[1] ?? null;
      }
    },
  };
}

async function assertOk(response: Response): Promise<void> {
  if (response.ok) return;
  const reason = /<Code>([^<]{1,100})</u.exec(await response.text())?.[1] ?? "no reason given";
  throw new Error(`the bucket answered ${response.status} (${reason})`);
}

function* entriesOf(page: string): Iterable<FileEntry> {
  for (const [, entry = ""] of page.matchAll(/<Contents>(.*?)<\/Contents>/gsu)) {
    const key = /<Key>([^<]*)</u.exec(entry)?.[1]?.slice(prefix.length) ?? "";
    const storedAt = new Date(/<LastModified>([^<]*)</u.exec(entry)?.[1] ?? "");
    if (isKey(key) && !Number.isNaN(storedAt.getTime())) yield { key, storedAt };
  }
}
