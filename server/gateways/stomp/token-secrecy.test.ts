import { randomUUID } from "node:crypto";
import { inspect } from "node:util";

import { expect, it, vi } from "vitest";

import { createGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { createTicket } from "#server/auth/tickets.ts";
import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { startTestNode } from "#server/testing/node.ts";
import { openStomp, stompPath, writeFrame } from "#server/testing/stomp-client.ts";

it("S120 never lets a token of an address or of CONNECT into a log line, a metric, a frame or an error", async () => {
  const node = await startTestNode({ HTTP_GET_SEND: "1" });
  const lines: unknown[] = [];
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) {
    vi.spyOn(node.node.log, level).mockImplementation((...said: unknown[]) => void lines.push(said));
  }
  const received: string[] = [];
  const tokens: string[] = [];
  const call = httpClient(node);
  const hear = async (method: string, path: string, raw?: string): Promise<void> => {
    const { status, headers, body } = await call(method, path, raw === undefined ? {} : { raw });
    received.push(JSON.stringify([status, [...headers], body]));
  };
  for (const grant of [await makeGuest(node), await makeStaff(node)]) {
    const identity = await authenticate(node.node, grant.token);
    const { ticket } = await createTicket(node.node, identity);
    const gateway = await createGatewayToken(node.node, identity, { gateways: ["stomp"] });
    for (const token of [grant.token, ticket, gateway.token].flatMap((one) => [one, `${one}x`])) {
      tokens.push(token);
      for (const [path, headers] of [[`${stompPath}?token=${token}`, {}], [stompPath, { token }], [stompPath, { passcode: token }]] as const) {
        const client = await openStomp(node, { path });
        client.send("CONNECT", { "accept-version": "1.2", ...headers });
        client.send("SEND", { destination: `/app/${token}`, receipt: "r" }, token);
        await client.closed;
        received.push(inspect(client.frames(), { depth: 5 }));
      }
      const session = `${stompPath}/000/${randomUUID()}`;
      await hear("GET", `${stompPath}/info?token=${token}`);
      await hear("POST", `${session}/xhr?token=${token}`);
      await hear("POST", `${session}/xhr_send?token=${token}`, JSON.stringify([writeFrame("CONNECT", { "accept-version": "1.2" }), "BAD\n\n\0"]));
      await hear("POST", `${session}/xhr?token=${token}`);
      await hear("POST", `${session}/nothing?token=${token}`);
      await hear("GET", `/v1/chat/http?content=hi&token=${token}`);
      await hear("POST", `/v1/chat/http?token=${token}`, "{");
    }
  }
  received.push(await node.node.metrics.registry.metrics());
  expect(lines.length).toBeGreaterThan(30);
  const everything = `${inspect(lines, { depth: 12, maxArrayLength: null, maxStringLength: null })}\n${received.join("\n")}`;
  // What a client names as a command comes back to it alone, cut short; neither whole nor by its signature is a token found.
  const found = tokens.flatMap((token) => [token, token.split(".")[2] ?? token]).filter((secret) => everything.includes(secret));
  expect(found).toEqual([]);
});
