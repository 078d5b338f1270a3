import { createClient } from "redis";
import { expect, it } from "vitest";
import { startRedis } from "./redis.ts";

it("starts a Redis that answers, and another one at the same port after a crash", async () => {
  const first = await startRedis();
  await first.stop();
  const second = await startRedis({ port: first.port });
  const client = createClient({ url: second.url });
  await client.connect();
  expect(await client.ping()).toBe("PONG");
  await client.close();
});
