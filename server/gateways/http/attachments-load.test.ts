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

/** Sends messages one after the other while `busy` says so; answers how many milliseconds 99 of 100 took at most. */
async function measureSends(client: TestClient, busy: () => boolean): Promise<number> {
  const took: number[] = [];
  while (busy() || took.length < 200) {
    const start = performance.now();
    await client.say("still there?");
    took.push(performance.now() - start);
  }
  return took.toSorted((one, other) => one - other)[Math.floor(took.length * 0.99)] ?? 0;
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
    expect(await measureSends(writer, () => under > 0)).toBeLessThan(250);
    const statuses = await Promise.all(uploads);
    expect(new Set(statuses)).toEqual(new Set([201, 503]));
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(34);
  });
});
