import { randomUUID } from "node:crypto";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { authenticate } from "#server/auth/identity.ts";
import { createId } from "#server/ids.ts";
import { makeGuest } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";
import { sweepAttachments } from "./attachment-sweep.ts";
import { recallMessage, sendMessage } from "./messages.ts";
import type { Caller } from "./node.ts";
import { createAttachment } from "./uploads.ts";

let running: TestNode;
let guest: Caller;

beforeAll(async () => {
  running = await startTestNode();
  const { token } = await makeGuest(running);
  guest = { node: running.node, identity: await authenticate(running.node, token), session: null, address: "192.0.2.7", requestId: null };
});

async function upload(): Promise<string> {
  return (await createAttachment(guest, { bytes: await makePicture("jpeg"), name: "x" })).id;
}

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of running.node.storage.list()) found.push(key);
  return found.toSorted();
}

/** Makes a row a day older, and its files. */
async function age(id: string): Promise<void> {
  await running.node.database.pool.query(`update "Attachment" set "createdAt" = "createdAt" - interval '25 hours' where id = $1`, [id]);
  for (const key of [id, `${id}-thumb`]) await ageFile(key);
}

async function ageFile(key: string): Promise<void> {
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  await utimes(join(running.node.config.dataDir, "files", key.slice(32, 34), key.slice(34, 36), key), yesterday, yesterday);
}

describe("the sweep", () => {
  it("takes what nobody can see any more, and leaves everything else", async () => {
    const { node } = running;
    const [fresh, forgotten, sent, taken, stray, newStray] = [await upload(), await upload(), await upload(), await upload(), createId(), createId()];
    const send = (id: string) => sendMessage(guest, { clientMsgId: randomUUID(), kind: "image", attachmentIds: [id] });
    await send(sent);
    const { message } = await send(taken);
    await recallMessage(guest, { conversationId: message.conversationId, seq: message.seq });
    for (const key of [stray, newStray]) await node.storage.put(key, Buffer.from("x"), "image/webp");
    await ageFile(stray);
    await age(forgotten);
    await age(sent);

    expect(await sweepAttachments(node)).toEqual({ rows: 2, files: 1 });
    expect(await keys()).toEqual([fresh, `${fresh}-thumb`, sent, `${sent}-thumb`, newStray].toSorted());
    const rows = await node.database.prisma.attachment.findMany({ select: { id: true } });
    expect(rows.map(({ id }) => id).toSorted()).toEqual([fresh, sent].toSorted());
    expect(await sweepAttachments(node)).toEqual({ rows: 0, files: 0 });
  });

  it("may run on several nodes at once", async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, upload));
    await Promise.all(ids.map(age));
    const swept = await Promise.all([1, 2, 3].map(() => sweepAttachments(running.node)));
    expect(swept.reduce((sum, { rows }) => sum + rows, 0)).toBe(6);
    expect((await keys()).filter((key) => ids.includes(key.slice(0, 36)))).toEqual([]);
  });
});
