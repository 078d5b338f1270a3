import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";

import { WebSocket } from "ws";
import { expect, it } from "vitest";

import { atEnd } from "#server/testing/clean-up.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode } from "#server/testing/node.ts";

it("closes a waiter who stops reading, while the others get everything", async () => {
  const node = await startTestNode();
  const [slow, fast] = [await connect(node, await makeStaff(node)), await connect(node, await makeStaff(node))];
  await slow.call("waiter:register", {});
  await fast.call("waiter:register", {});
  const engine: unknown = Reflect.get(slow.socket.io.engine.transport, "ws");
  const raw = engine instanceof WebSocket ? Reflect.get(engine, "_socket") : null;
  const stream: Socket = raw;
  stream.pause();
  atEnd(async () => {
    stream.resume();
  });
  const guest = await connect(node, await makeGuest(node));
  const text = "字".repeat(4_000);
  const sent: number[] = [];
  while (node.node.sessions.find(sessionOf(slow)) !== undefined && sent.length < 2_000) {
    const sends = Array.from({ length: 20 }, () => guest.call("message:send", { clientMsgId: randomUUID(), kind: "text", text }));
    sent.push(...(await Promise.all(sends)).map(({ message }) => message.seq));
  }
  expect(node.node.sessions.find(sessionOf(slow))).toBeUndefined();
  await fast.next("message:created", ({ messages }) => messages.some((one) => one.seq === sent.at(-1)));
});

function sessionOf({ received }: Awaited<ReturnType<typeof connect>>): string {
  const hello = received[0]?.payload;
  return typeof hello === "object" && hello !== null && "sessionId" in hello ? String(hello.sessionId) : "";
}
