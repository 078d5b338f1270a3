import { createServer } from "node:net";

import { expect, test } from "vitest";

import { createAddressList } from "./address-list.ts";
import { freePort } from "./database/postmaster.ts";
import { checkRedis } from "./redis-check.ts";
import { startRedis } from "./testing/redis.ts";

/* As if this machine were another: then nothing is near. */
const elsewhere = createAddressList([]);

test("S114 refuses a Redis on another machine that asks for no password", async () => {
  const redis = await startRedis();
  await expect(checkRedis(redis.url, elsewhere)).rejects.toThrow(/^REDIS_URL points to 127\.0\.0\.1:\d+, which takes commands without a password; set requirepass/);
  // The password of the address does not close what is open to everybody.
  await expect(checkRedis(redis.url.replace("//", "//:a-password@"), elsewhere)).rejects.toThrow(/which takes commands without a password/);
});

test("S114 takes a Redis that asks for one, and one that only this machine reaches", async () => {
  const [open, closed] = [await startRedis(), await startRedis({ password: "a password of ours" })];
  await expect(checkRedis(open.url)).resolves.toBeUndefined();
  await expect(checkRedis(closed.url, elsewhere)).resolves.toBeUndefined();
});

test("waits neither for a Redis that is not there nor for one that says nothing", async () => {
  await expect(checkRedis(`redis://127.0.0.1:${await freePort()}`, elsewhere)).resolves.toBeUndefined();
  const silent = createServer((socket) => socket.on("error", () => undefined));
  const port = await freePort();
  await new Promise<void>((done) => {
    silent.listen(port, "127.0.0.1", done);
  });
  const begun = performance.now();
  await expect(checkRedis(`redis://127.0.0.1:${port}`, elsewhere)).resolves.toBeUndefined();
  expect(performance.now() - begun).toBeLessThan(5_000);
  silent.close();
});
