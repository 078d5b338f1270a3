import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";

import { CallRefused } from "#server/chat/webhook-worker.ts";
import { isPublicPlace } from "#server/public-address.ts";
import { type Receiver, startReceiver } from "#server/testing/receiver.ts";

import { createPost } from "./post.ts";

const letter = { headers: { "Content-Type": "application/json" }, body: `{"小":"二"}` };
const strict = createPost(isPublicPlace);
const loopback = createPost(({ address }) => address === null || address === "127.0.0.1");

describe("S112: a webhook is not sent to", () => {
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
  });

  it.each([
    "http://127.0.0.1:PORT/", "http://[::1]:PORT/", "http://0.0.0.0:PORT/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/",
    "http://[::ffff:7f00:1]:PORT/", "http://[::ffff:127.0.0.1]:PORT/", "http://0x7f.1:PORT/", "http://2130706433:PORT/", "http://0177.0.0.1:PORT/", "http://127.1:PORT/",
    "http://a@127.0.0.1:PORT/", "http://localhost:PORT/", "http://localhost/", "http://localhost:8080/", "http://100.64.0.1/", "http://224.0.0.1/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/",
    "http://1.1.1.1:6379/", "http://1.1.1.1:22/", "https://127.0.0.1:PORT/", "http://①②⑦.⓪.⓪.①/",
  ])("%s", async (url) => {
    const sent = strict({ ...letter, url: url.replace("PORT", String(receiver.port)) });
    await expect(sent).rejects.toBeInstanceOf(CallRefused);
    expect(receiver.connections()).toBe(0);
  });

  it("a name whose addresses are private, found when it is resolved", async () => {
    const asked: (string | null)[] = [];
    const post = createPost(({ address }) => {
      asked.push(address);
      return address === null;
    });
    await expect(post({ ...letter, url: `http://localhost:${receiver.port}/` })).rejects.toBeInstanceOf(CallRefused);
    expect(asked.slice(0, 1)).toEqual([null]);
    expect(asked.slice(1).length).toBeGreaterThan(0);
    expect(receiver.connections()).toBe(0);
  });

  it("an address other than the one that was checked: the socket's own is looked at too", async () => {
    let times = 0;
    // The name, what it was resolved to, and then the socket: as if the name led elsewhere by then.
    const post = createPost(({ address }) => address === null || (address === "127.0.0.1" && (times += 1) <= 1) || address === "::1");
    await expect(post({ ...letter, url: `http://localhost:${receiver.port}/` })).rejects.toThrow();
    expect(receiver.letters).toEqual([]);
  });

  it.each(["file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://127.0.0.1/"])("%s", async (url) => {
    await expect(strict({ ...letter, url })).rejects.toThrow();
  });
});

describe("a webhook", () => {
  it("is posted as it is, once", async () => {
    const receiver = await startReceiver();
    expect(await loopback({ url: receiver.url, headers: { ...letter.headers, "webhook-id": "1" }, body: letter.body })).toEqual({ status: 204 });
    expect(receiver.letters).toEqual([expect.objectContaining({ body: letter.body })]);
    expect(receiver.letters[0]?.headers).toMatchObject({ "content-type": "application/json", "webhook-id": "1", connection: "close" });
  });

  it("does not follow where it is sent on", async () => {
    const [first, second] = [await startReceiver(), await startReceiver()];
    first.answer = (res) => void res.writeHead(302, { Location: second.url }).end();
    expect(await loopback({ ...letter, url: first.url })).toEqual({ status: 302 });
    expect(second.connections()).toBe(0);
  });

  it("waits 5 s for its answer, also for the end of it", async () => {
    const receiver = await startReceiver();
    receiver.answer = (res) => void res.writeHead(200).write("a");
    const begun = performance.now();
    await expect(loopback({ ...letter, url: receiver.url })).rejects.toThrow();
    expect(performance.now() - begun).toBeGreaterThan(4_000);
    expect(performance.now() - begun).toBeLessThan(7_000);
  });

  it("reads at most 1 MB", async () => {
    const receiver = await startReceiver();
    let [written, stopped] = [0, false];
    receiver.answer = (res) => {
      res.on("close", () => {
        stopped = true;
      });
      const more = (): void => {
        if (stopped) return;
        written += 65_536;
        res.write(randomBytes(65_536), more);
      };
      more();
    };
    await expect(loopback({ ...letter, url: receiver.url })).rejects.toThrow("1 MB");
    await expect.poll(() => stopped).toBe(true);
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it("fails where nobody listens", async () => {
    await expect(loopback({ ...letter, url: "http://127.0.0.1:1/" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
