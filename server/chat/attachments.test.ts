import { randomUUID } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Attachment } from "#protocol/objects.ts";
import { authenticate } from "#server/auth/identity.ts";
import { createLimits } from "#server/auth/limits.ts";
import { deriveSecrets } from "#server/auth/secrets.ts";
import { tokenLifetimes, verifyToken } from "#server/auth/tokens.ts";
import { inTransaction } from "#server/database/transaction.ts";
import { createId } from "#server/ids.ts";
import { openDisk } from "#server/storage/disk.ts";
import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";
import { signAttachmentToken } from "./attachment-token.ts";
import { type AttachmentRow, claimAttachments, loadAttachments, presentAttachment, readAttachment } from "./attachments.ts";
import { recallMessage, sendMessage } from "./messages.ts";
import type { Caller, Node } from "./node.ts";
import { createAttachment } from "./uploads.ts";

let running: TestNode;
let node: Node;
let picture: Buffer;
let guest: Caller;
let other: Caller;
let agent: Caller;

beforeAll(async () => {
  running = await startTestNode();
  node = running.node;
  picture = await makePicture("png");
});

beforeEach(async () => {
  guest = await callerOf((await makeGuest(running)).token);
  other = await callerOf((await makeGuest(running)).token);
  agent = await callerOf((await makeStaff(running)).token);
});

async function callerOf(token: string): Promise<Caller> {
  return { node, identity: await authenticate(node, token), session: null, address: "192.0.2.7", requestId: null };
}

function upload(caller: Caller, conversationId?: string): Promise<Attachment> {
  return createAttachment(caller, { bytes: picture, name: "cat.png", ...(conversationId !== undefined && { conversationId }) });
}

function say(caller: Caller, text: string) {
  return sendMessage(caller, { clientMsgId: randomUUID(), kind: "text", text });
}

function show(caller: Caller, attachmentIds: string[], conversationId?: string) {
  return sendMessage(caller, { clientMsgId: randomUUID(), kind: "image", attachmentIds, ...(conversationId !== undefined && { conversationId }) });
}

async function read(caller: Caller | null, id: string, token: string | null = null): Promise<string> {
  const file = await readAttachment({ node, identity: caller?.identity ?? null }, { id, token, size: "full" });
  return (await buffer(file.stream)).length === file.bytes ? "read" : "cut short";
}

const tokenOf = ({ url }: Attachment): string => new URL(url, "http://localhost").searchParams.get("token") ?? "";
const notFound = { code: "not_found" };

/** How many rows and files there are. */
async function countAll(): Promise<{ rows: number; files: number }> {
  let files = 0;
  for await (const { key } of node.storage.list()) files += key === "" ? 0 : 1;
  return { rows: await node.database.prisma.attachment.count(), files };
}

describe("an upload", () => {
  it("becomes an attachment with two files, a size and a blur", async () => {
    const before = await countAll();
    const attachment = await upload(guest);
    expect(attachment).toEqual({
      id: expect.any(String), mime: "image/webp", bytes: expect.any(Number), name: "cat.png", width: 64, height: 48, thumbhash: expect.any(String),
      url: expect.stringMatching(new RegExp(`^/api/v1/attachments/${attachment.id}\\?token=[\\w.-]+$`, "u")), thumbUrl: `${attachment.url}&size=thumb`,
    });
    expect(await countAll()).toEqual({ rows: before.rows + 1, files: before.files + 2 });
    expect(await node.database.prisma.attachment.findUnique({ where: { id: attachment.id } })).toMatchObject({ uploaderId: guest.identity.userId, conversationId: null, messageId: null });
  });

  it("is kept for the customer's conversation once there is one", async () => {
    const { message } = await say(guest, "hello");
    const { id } = await upload(guest);
    expect(await node.database.prisma.attachment.findUnique({ where: { id } })).toMatchObject({ conversationId: message.conversationId });
  });

  it("is refused for a conversation that is not the caller's to see", async () => {
    const { message } = await say(guest, "hello");
    await expect(upload(other, message.conversationId)).rejects.toMatchObject(notFound);
    await expect(upload(other, createId())).rejects.toMatchObject(notFound);
    await expect(upload(agent, createId())).rejects.toMatchObject(notFound);
    expect(await upload(agent, message.conversationId)).toMatchObject({ width: 64 });
  });

  it("leaves nothing behind when it is no picture", async () => {
    const before = await countAll();
    await expect(createAttachment(guest, { bytes: Buffer.from("<svg/>"), name: "x.png" })).rejects.toMatchObject({ code: "unsupported_media" });
    await expect(createAttachment(guest, { bytes: picture.subarray(0, 60), name: "x.png" })).rejects.toMatchObject({ code: "bad_image" });
    expect(await countAll()).toEqual(before);
  });

  it("leaves nothing when its files cannot be written", async () => {
    const root = join(node.config.dataDir, "elsewhere");
    const storage = await openDisk({ root, log: node.log });
    const before = await countAll();
    await writeFile(join(root, "blocked"), "");
    await rm(join(root, "unfinished"), { recursive: true });
    await expect(upload({ ...guest, node: { ...node, storage } })).rejects.toMatchObject({ code: "unavailable" });
    expect(await countAll()).toEqual(before);
    expect(await readdir(root)).toEqual(["blocked"]);
  });

  it("leaves no file when its row cannot be written", async () => {
    const before = await countAll();
    await node.database.pool.query(`alter table "Attachment" add constraint refuse check (name <> 'refused.png') not valid`);
    await expect(createAttachment(guest, { bytes: picture, name: "refused.png" })).rejects.toThrow(/refuse/u);
    expect(await countAll()).toEqual(before);
  });

  it("is limited to 60 an hour and 200 MB a day", async () => {
    const strict = { ...node, limits: createLimits(() => false) };
    const hasty = { ...guest, node: strict };
    const none = Buffer.alloc(1);
    for (let count = 0; count < 60; count += 1) {
      await expect(createAttachment(hasty, { bytes: none, name: "" })).rejects.toMatchObject({ code: "unsupported_media" });
    }
    await expect(createAttachment(hasty, { bytes: none, name: "" })).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: expect.any(Number) });
    const heavy = { ...other, node: strict };
    const eight = Buffer.alloc(8 * 1024 * 1024);
    for (let count = 0; count < 25; count += 1) {
      await expect(createAttachment(heavy, { bytes: eight, name: "" })).rejects.toMatchObject({ code: "unsupported_media" });
    }
    await expect(createAttachment(heavy, { bytes: none, name: "" })).rejects.toMatchObject({ code: "rate_limited" });
  });
});

describe("an attachment that waits for its message", () => {
  const claim = (caller: Caller, attachmentIds: readonly string[], conversationId: string): Promise<AttachmentRow[]> =>
    inTransaction(node.database.pool, (client) => claimAttachments(client, { attachmentIds, messageId: createId(), uploaderId: caller.identity.userId, conversationId }));

  it("is used by one message, in the order given", async () => {
    const ids = [(await upload(guest)).id, (await upload(guest)).id].toReversed();
    const { message } = await show(guest, ids);
    expect(message.attachments.map(({ id }) => id)).toEqual(ids);
    await expect(show(guest, ids)).rejects.toMatchObject(notFound);
    await expect(show(guest, [ids[0] ?? ""])).rejects.toMatchObject(notFound);
  });

  it("is used by its uploader alone, and in its conversation alone", async () => {
    const { message } = await say(guest, "hello");
    const { message: elsewhere } = await say(other, "hello");
    const { id } = await upload(agent, message.conversationId);
    await expect(show(guest, [id])).rejects.toMatchObject(notFound);
    await expect(show(agent, [id], elsewhere.conversationId)).rejects.toMatchObject(notFound);
    expect((await show(agent, [id], message.conversationId)).message.attachments).toHaveLength(1);
  });

  it("is not used up by a message that was refused for another one", async () => {
    const { message } = await say(guest, "hello");
    const mine = await upload(guest);
    await expect(claim(guest, [mine.id, createId()], message.conversationId)).rejects.toMatchObject(notFound);
    expect(await claim(guest, [mine.id], message.conversationId)).toMatchObject([{ id: mine.id }]);
  });

  it("is used once when two messages want it at the same moment", async () => {
    const { id } = await upload(guest);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => claim(guest, [id], createId())));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("reading an attachment", () => {
  it("needs a token for it, or the right to see its conversation", async () => {
    const attachment = await upload(guest);
    await show(guest, [attachment.id]);
    expect(await read(null, attachment.id, tokenOf(attachment))).toBe("read");
    expect(await read(guest, attachment.id)).toBe("read");
    expect(await read(agent, attachment.id)).toBe("read");
    expect(await read(guest, attachment.id, "not a token")).toBe("read");
    await expect(read(other, attachment.id)).rejects.toMatchObject(notFound);
    await expect(read(null, attachment.id)).rejects.toMatchObject(notFound);
    await expect(read(guest, createId())).rejects.toMatchObject(notFound);
  });

  it("is for its uploader alone until it is sent", async () => {
    const { message } = await say(guest, "hello");
    const { id } = await upload(agent, message.conversationId);
    expect(await read(agent, id)).toBe("read");
    await expect(read(guest, id)).rejects.toMatchObject(notFound);
    await expect(read(await callerOf((await makeStaff(running)).token), id)).rejects.toMatchObject(notFound);
  });

  it("refuses a customer the picture in a note", async () => {
    const { message } = await say(guest, "hello");
    const { id } = await upload(agent, message.conversationId);
    await show(agent, [id], message.conversationId);
    expect(await read(guest, id)).toBe("read");
    await node.database.pool.query(`update "Message" set kind = 'note' where id = (select "messageId" from "Attachment" where id = $1)`, [id]);
    await expect(read(guest, id)).rejects.toMatchObject(notFound);
    expect(await read(agent, id)).toBe("read");
  });

  it("refuses another attachment's token, a changed one, one of another server, one of another kind and an old one", async () => {
    const [attachment, second] = [await upload(guest), await upload(other)];
    const token = tokenOf(attachment);
    const [head = "", body = "", mark = ""] = token.split(".");
    const longer = Buffer.from(JSON.stringify({ sub: attachment.id, typ: "file", iat: 1, exp: 9_999_999_999 })).toString("base64url");
    const tokens = [
      tokenOf(second),
      [head, longer, mark].join("."),
      [Buffer.from('{"alg":"none"}').toString("base64url"), body, ""].join("."),
      `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`,
      signAttachmentToken(deriveSecrets("another server's secret, long enough", "site"), attachment.id),
      (await makeGuest(running)).token,
      signAttachmentToken(node.secrets, attachment.id, Date.now() - 301_000),
      "",
      "x".repeat(100_000),
    ];
    for (const wrong of tokens) await expect(read(null, attachment.id, wrong)).rejects.toMatchObject(notFound);
    for (const wrong of tokens) await expect(read(other, attachment.id, wrong)).rejects.toMatchObject(notFound);
  });

  it("ends for everyone when the message is recalled", async () => {
    const attachment = await upload(guest);
    const { message } = await show(guest, [attachment.id]);
    await recallMessage(guest, { conversationId: message.conversationId, seq: message.seq });
    await expect(read(null, attachment.id, tokenOf(attachment))).rejects.toMatchObject(notFound);
    await expect(read(guest, attachment.id)).rejects.toMatchObject(notFound);
    await expect(read(agent, attachment.id)).rejects.toMatchObject(notFound);
  });

  it("is not found when its file has gone", async () => {
    const attachment = await upload(guest);
    await node.storage.remove([attachment.id]);
    await expect(read(guest, attachment.id)).rejects.toMatchObject(notFound);
  });
});

describe("the addresses of an attachment", () => {
  const row: AttachmentRow = { id: createId(), mime: "image/webp", bytes: 1, name: "x", width: 1, height: 1, thumbhash: null, thumbKey: null };

  it("hold a token that is read like every other, for 4.5 to 5 minutes", async () => {
    const { claims, expiresAt } = await verifyToken(node.secrets, "file", tokenOf(presentAttachment(node.secrets, row)));
    expect(claims).toEqual({ sub: row.id });
    const seconds = (expiresAt.getTime() - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(tokenLifetimes.file - 31);
    expect(seconds).toBeLessThanOrEqual(tokenLifetimes.file);
  });

  it("stay the same for half a minute", () => {
    const start = Math.ceil(Date.now() / 30_000) * 30_000;
    const [first, last, next] = [start, start + 29_999, start + 30_000].map((now) => signAttachmentToken(node.secrets, row.id, now));
    expect(last).toBe(first);
    expect(next).not.toBe(first);
  });

  it("are absolute where they leave our pages", () => {
    expect(presentAttachment(node.secrets, row, "https://chat.example.com").url).toMatch(/^https:\/\/chat\.example\.com\/api\/v1\/attachments\//u);
  });

  it("are made for a page of 1,800 pictures within 100 ms", async () => {
    const { id } = await upload(guest);
    const start = performance.now();
    for (let count = 0; count < 1_800; count += 1) presentAttachment(node.secrets, row);
    expect(performance.now() - start).toBeLessThan(100);
    const found = await loadAttachments(node, [id, createId()]);
    expect([...found.keys()]).toEqual([id]);
    expect((await loadAttachments(node, [])).size).toBe(0);
  });
});
