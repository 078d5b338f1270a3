import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { AwsV4Signer } from "aws4fetch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseConfig } from "#server/config.ts";
import { createId } from "#server/ids.ts";
import { createLog } from "#server/log.ts";
import { type FileStore, openStorage } from "./index.ts";

/* A bucket as S3 shows itself: it checks the signature of each request and pages its list by two. */
const objects = new Map<string, { body: Buffer; type: string }>();
const credentials = { accessKeyId: "KEY", secretAccessKey: "se/cr+et", region: "eu-test-1", service: "s3" };
const log = createLog({ level: "silent", pretty: false });
let server: Server;
let port: number;
let store: FileStore;
let broken: number | null = null;

beforeAll(async () => {
  server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const url = new URL(request.url ?? "", `http://127.0.0.1:${port}`);
      const problem = await refusal(url, request.headers, { method: request.method ?? "", body });
      if (problem !== null) {
        response.writeHead(broken ?? 403).end(`<Error><Code>${problem}</Code></Error>`);
        return;
      }
      const name = decodeURIComponent(url.pathname.slice("/shop/".length));
      const found = objects.get(name);
      if (request.method === "PUT") {
        objects.set(name, { body, type: request.headers["content-type"] ?? "" });
        response.end();
      } else if (request.method === "DELETE") {
        objects.delete(name);
        response.writeHead(204).end();
      } else if (url.searchParams.has("list-type")) response.end(listing(url.searchParams));
      else if (found === undefined) response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
      else response.end(found.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address: AddressInfo | string | null = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `s3://KEY:${encodeURIComponent("se/cr+et")}@127.0.0.1:${port}/shop?region=eu-test-1&tls=off`;
  store = await openStorage(parseConfig({ STORAGE_URL: url }), log);
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => {
  objects.clear();
  broken = null;
});

async function refusal(url: URL, headers: NodeJS.Dict<string | string[]>, { method, body }: { method: string; body: Buffer }): Promise<string | null> {
  if (broken !== null) return "InternalError";
  const digest = createHash("sha256").update(body).digest("hex");
  if (headers["x-amz-content-sha256"] !== digest) return "XAmzContentSHA256Mismatch";
  const signer = new AwsV4Signer({
    ...credentials, method, url: url.href, datetime: String(headers["x-amz-date"]), headers: { "X-Amz-Content-Sha256": digest },
  });
  return (await signer.sign()).headers.get("authorization") === headers.authorization ? null : "SignatureDoesNotMatch";
}

function listing(query: URLSearchParams): string {
  const names = [...objects.keys()].filter((name) => name.startsWith(query.get("prefix") ?? "")).toSorted();
  const start = Number(query.get("continuation-token") ?? 0);
  const entries = names.slice(start, start + 2).map((name) => `<Contents><Key>${name}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>`);
  const next = start + 2 < names.length ? `<NextContinuationToken>${start + 2}</NextContinuationToken>` : "";
  return `<?xml version="1.0"?><ListBucketResult>${entries.join("\n")}${next}</ListBucketResult>`;
}

describe("a store in a bucket", () => {
  it("gives back what was put, under a prefix and with its type", async () => {
    const key = `${createId()}-thumb`;
    await store.put(key, Buffer.from("picture"), "image/webp");
    expect(objects.get(`files/${key}`)).toEqual({ body: Buffer.from("picture"), type: "image/webp" });
    const file = await store.open(key);
    expect(file?.bytes).toBe(7);
    expect(file && (await buffer(file.stream)).toString()).toBe("picture");
  });

  it("answers null for what is not there", async () => {
    expect(await store.open(createId())).toBeNull();
  });

  it("removes files, and does not mind those that are gone", async () => {
    const key = createId();
    await store.put(key, Buffer.from("a"), "image/webp");
    await store.remove([key, createId()]);
    expect(objects.size).toBe(0);
  });

  it("lists every page, our keys alone", async () => {
    const keys = Array.from({ length: 5 }, () => createId()).toSorted();
    for (const key of keys) await store.put(key, Buffer.from("a"), "image/webp");
    objects.set("files/readme.txt", { body: Buffer.from(""), type: "" });
    objects.set("elsewhere", { body: Buffer.from(""), type: "" });
    const found: string[] = [];
    for await (const { key, storedAt } of store.list()) {
      found.push(key);
      expect(storedAt.toISOString()).toBe("2026-01-02T03:04:05.000Z");
    }
    expect(found.toSorted()).toEqual(keys);
  });

  it("answers unavailable when the bucket fails or refuses", async () => {
    broken = 503;
    await expect(store.put(createId(), Buffer.from("a"), "image/webp")).rejects.toMatchObject({ code: "unavailable" });
    await expect(store.open(createId())).rejects.toMatchObject({ code: "unavailable" });
    await expect(store.remove([createId()])).rejects.toMatchObject({ code: "unavailable" });
  });

  it("answers unavailable when nobody listens", async () => {
    const away = await openStorage(parseConfig({ STORAGE_URL: "s3://k:s@127.0.0.1:1/shop?tls=off" }), log);
    await expect(away.open(createId())).rejects.toMatchObject({ code: "unavailable" });
  });

  it("refuses what is no key", async () => {
    await expect(store.open("../other-bucket/x")).rejects.toThrow(RangeError);
  });
});
