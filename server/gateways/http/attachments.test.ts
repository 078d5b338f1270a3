import { randomUUID } from "node:crypto";
import { request } from "node:http";
import sharp from "sharp";
import * as z from "zod/mini";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Attachment, attachment as attachmentSchema } from "#protocol/objects.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";

let running: TestNode;
let guest: string;
let other: string;
let agent: string;
let picture: Buffer;

beforeAll(async () => {
  running = await startTestNode();
  picture = await makePicture("png", { width: 640, height: 480 });
});
beforeEach(async () => {
  guest = (await makeGuest(running)).token;
  other = (await makeGuest(running)).token;
  agent = (await makeStaff(running)).token;
});

const bearer = (token: string | null): Record<string, string> => (token === null ? {} : { Authorization: `Bearer ${token}` });

type Sent = { readonly bytes?: Buffer; readonly name?: string; readonly type?: string; readonly conversationId?: string };

function post(token: string | null, { bytes = picture, name = "cat.png", type = "image/png", conversationId }: Sent = {}): Promise<Response> {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(bytes)], { type }), name);
  if (conversationId !== undefined) form.set("conversationId", conversationId);
  return fetch(`${running.url}/api/v1/attachments`, { method: "POST", headers: bearer(token), body: form });
}

async function upload(token: string, sent: Sent = {}): Promise<Attachment> {
  const response = await post(token, sent);
  expect(response.status).toBe(201);
  return z.parse(attachmentSchema, await response.json());
}

function get(path: string, token: string | null = null, { method = "GET", known }: { method?: string; known?: string } = {}): Promise<Response> {
  return fetch(`${running.url}${path}`, { method, headers: { ...bearer(token), ...(known !== undefined && { "If-None-Match": known }) } });
}

/** Status and code of an answer. */
async function outcome(answer: Response | Promise<Response>): Promise<[number, unknown]> {
  const response = await answer;
  const body: unknown = response.status === 201 ? null : await response.json();
  expect(response.status === 201 || response.headers.get("content-type") === "application/problem+json").toBe(true);
  return [response.status, typeof body === "object" && body !== null && "code" in body ? body.code : null];
}

/** Sends bytes as they are; answers the status line's number and the code of the problem. */
function sendRaw(token: string, type: string, body: readonly Buffer[]): Promise<[number, unknown]> {
  return new Promise((resolve, reject) => {
    const req = request(`${running.url}/api/v1/attachments`, { method: "POST", headers: { ...bearer(token), "Content-Type": type } }, (res) => {
      let text = "";
      res.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => {
        const problem: unknown = JSON.parse(text);
        resolve([res.statusCode ?? 0, typeof problem === "object" && problem !== null && "code" in problem ? problem.code : null]);
      });
    });
    req.on("error", reject);
    for (const chunk of body) req.write(chunk);
    req.end();
  });
}

describe("POST /api/v1/attachments", () => {
  it("stores a picture, which its addresses then give", async () => {
    const attachment = await upload(guest);
    expect(attachment).toMatchObject({ mime: "image/webp", width: 640, height: 480, name: "cat.png" });
    const full = await get(attachment.url);
    expect(full.status).toBe(200);
    const bytes = Buffer.from(await full.arrayBuffer());
    expect(bytes).toHaveLength(attachment.bytes);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 640, height: 480 });
    const thumb = await get(attachment.thumbUrl ?? "");
    expect(await sharp(Buffer.from(await thumb.arrayBuffer())).metadata()).toMatchObject({ format: "webp", width: 320, height: 240 });
  });

  it("goes by the content alone, whatever name and type say", async () => {
    const jpeg = await makePicture("jpeg");
    const attachment = await upload(guest, { bytes: jpeg, name: `../../"; filename=x.html`, type: "text/html" });
    expect(attachment).toMatchObject({ mime: "image/jpeg", name: expect.not.stringContaining("..") });
    const response = await get(attachment.url);
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    expect(response.headers.get("content-disposition")).toMatch(/^inline; filename="[^"]*\.jpg"; filename\*=UTF-8''[^ "]*\.jpg$/u);
    expect(await outcome(post(guest, { bytes: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), name: "x.png" }))).toEqual([415, "unsupported_media"]);
    expect(await outcome(post(guest, { bytes: picture.subarray(0, 300) }))).toEqual([422, "bad_image"]);
  });

  it("is for those who are signed in, in conversations that they may see", async () => {
    expect(await outcome(post(null))).toEqual([401, "unauthenticated"]);
    expect(await outcome(post("nonsense"))).toEqual([401, "unauthenticated"]);
    expect(await outcome(post(guest, { conversationId: randomUUID() }))).toEqual([404, "not_found"]);
    expect(await outcome(post(guest, { conversationId: "42" }))).toEqual([400, "bad_request"]);
  });

  it("answers what is no form with one file", async () => {
    expect(await sendRaw(guest, "application/json", [Buffer.from("{}")])).toEqual([415, "unsupported_media"]);
    expect(await sendRaw(guest, "multipart/form-data", [picture])).toEqual([400, "bad_request"]);
    expect(await sendRaw(guest, "multipart/form-data; boundary=x", [Buffer.from("--x--\r\n")])).toEqual([400, "bad_request"]);
  });

  it("reads what is too large to its end, and then says so", async () => {
    expect(await outcome(post(guest, { bytes: Buffer.alloc(9 * 1024 * 1024) }))).toEqual([413, "too_large"]);
    expect(await outcome(post(null, { bytes: Buffer.alloc(9 * 1024 * 1024) }))).toEqual([401, "unauthenticated"]);
    const megabyte = Buffer.alloc(1024 * 1024);
    expect(await sendRaw(guest, "multipart/form-data; boundary=x", Array.from({ length: 15 }, () => megabyte))).toEqual([413, "too_large"]);
  });

  it("survives clients that go away in the middle, and keeps nothing of theirs", async () => {
    const start = Buffer.from(`--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`);
    for (let round = 0; round < 60; round += 1) {
      await new Promise<void>((done) => {
        const headers = { ...bearer(guest), "Content-Type": "multipart/form-data; boundary=x" };
        const req = request(`${running.url}/api/v1/attachments`, { method: "POST", headers });
        req.on("error", () => {}).on("close", () => done());
        req.write(Buffer.concat([start, Buffer.alloc(100_000)]), () => req.destroy());
      });
    }
    expect(await upload(guest)).toMatchObject({ width: 640 });
    expect(await running.node.database.prisma.attachment.count({ where: { width: null } })).toBe(0);
  });

  it("takes as many at once as a message holds", async () => {
    const uploads = await Promise.all(Array.from({ length: 9 }, () => upload(guest)));
    expect(new Set(uploads.map(({ id }) => id)).size).toBe(9);
  });
});

describe("GET /api/v1/attachments/{id}", () => {
  it("lets nothing in a picture run, and pages of other origins show it", async () => {
    const { url } = await upload(guest);
    const { headers } = await get(url);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "image/webp",
      "content-disposition": `inline; filename="cat.webp"; filename*=UTF-8''cat.webp`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "cross-origin-resource-policy": "cross-origin",
      "referrer-policy": "no-referrer",
      "etag": expect.stringMatching(/^"[\w-]+"$/u),
    });
    const seconds = Number(/^private, max-age=(\d+), immutable$/u.exec(headers.get("cache-control") ?? "")?.[1]);
    expect(seconds).toBeGreaterThan(260);
    expect(seconds).toBeLessThanOrEqual(300);
  });

  it("answers HEAD, and 304 for what is known", async () => {
    const { url, bytes } = await upload(guest);
    const head = await get(url, null, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(bytes), ""]);
    const again = await get(url, null, { known: head.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await get(url, null, { known: '"other"' })).status).toBe(200);
  });

  it("is open to a bearer who may see the conversation, and then asks again each time", async () => {
    const client = await connect(running, await makeGuest(running));
    const { id } = await upload(client.token);
    await client.call("message:send", { clientMsgId: randomUUID(), kind: "image", attachmentIds: [id] });
    for (const token of [client.token, agent]) {
      const response = await get(`/api/v1/attachments/${id}?size=thumb`, token);
      expect([response.status, response.headers.get("cache-control")]).toEqual([200, "private, no-cache"]);
      await response.arrayBuffer();
    }
    expect(await outcome(get(`/api/v1/attachments/${id}`, other))).toEqual([404, "not_found"]);
    expect(await outcome(get(`/api/v1/attachments/${id}`))).toEqual([404, "not_found"]);
    expect(await outcome(get(`/api/v1/attachments/${randomUUID()}`, client.token))).toEqual([404, "not_found"]);
  });

  it("refuses a token of another attachment, also for someone else's", async () => {
    const [mine, theirs] = [await upload(guest), await upload(other)];
    const token = new URL(mine.url, running.url).searchParams.get("token") ?? "";
    expect(await outcome(get(`/api/v1/attachments/${theirs.id}?token=${token}`))).toEqual([404, "not_found"]);
    expect(await outcome(get(`/api/v1/attachments/${theirs.id}?token=${token}`, guest))).toEqual([404, "not_found"]);
    expect(await outcome(get(`/api/v1/attachments/${theirs.id}?token=${guest}`))).toEqual([404, "not_found"]);
  });

  it("answers bad input as bad input", async () => {
    const { id, url } = await upload(guest);
    expect(await outcome(get("/api/v1/attachments/42", guest))).toEqual([400, "bad_request"]);
    expect(await outcome(get(`/api/v1/attachments/${id}?size=huge`, guest))).toEqual([400, "bad_request"]);
    expect(await outcome(get(`${url}&token=x`))).toEqual([400, "bad_request"]);
    expect((await get(`/api/v1/attachments/..%2f..%2fetc%2fpasswd`, guest)).status).toBe(404);
  });

  it("ends with the recall of the message", async () => {
    const client = await connect(running, await makeGuest(running));
    const { id, url } = await upload(client.token);
    const { message } = await client.call("message:send", { clientMsgId: randomUUID(), kind: "image", attachmentIds: [id] });
    const [shown] = message.attachments;
    expect((await get(shown?.url ?? "")).status).toBe(200);
    await client.call("message:recall", { conversationId: message.conversationId, seq: message.seq });
    for (const address of [url, shown?.url ?? "", shown?.thumbUrl ?? ""]) expect(await outcome(get(address))).toEqual([404, "not_found"]);
    expect(await outcome(get(`/api/v1/attachments/${id}`, client.token))).toEqual([404, "not_found"]);
  });
});
