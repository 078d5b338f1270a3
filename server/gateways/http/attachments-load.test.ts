import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { connect, makeGuest, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let running: TestNode;
let large: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  running = await startTestNode();
  large = new Uint8Array(await sharp({ create: { width: 5_000, height: 5_000, channels: 3, background: "#336699" } }).png().toBuffer());
});

async function upload(token: string): Promise<number> {
  const body = new FormData();
  body.set("file", new Blob([large]), "large.png");
  const response = await fetch(`${running.url}/api/v1/attachments`, { method: "POST", headers: { Authorization: `Bearer ${token}` }, body });
  await response.arrayBuffer();
  return response.status;
}

/** Sends messages one after the other while `busy` says so; answers how many were acknowledged. */
async function countSends(client: TestClient, busy: () => boolean): Promise<number> {
  let acknowledged = 0;
  for (; busy(); acknowledged += 1) await client.say("still there?");
  return acknowledged;
}

describe("a hundred uploads of 25 megapixels at once", () => {
  it("wait or are sent away, and messages are acknowledged as ever", async () => {
    const writer = await connect(running, await makeGuest(running));
    const uploaders = await Promise.all(Array.from({ length: 12 }, () => makeGuest(running)));
    let under = 100;
    const uploads = Array.from({ length: 100 }, async (_, index) => {
      const status = await upload(uploaders[index % uploaders.length]?.token ?? "");
      under -= 1;
      return status;
    });
    // How soon is for bench/ to say; here, that pictures never hold messages up.
    expect(await countSends(writer, () => under > 0)).toBeGreaterThan(100);
    const statuses = await Promise.all(uploads);
    expect(new Set(statuses)).toEqual(new Set([201, 503]));
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(34);
  }, 240_000);
});
