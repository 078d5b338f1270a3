import { inspect } from "node:util";

import { expect, it, vi } from "vitest";

import { createGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { createTicket } from "#server/auth/tickets.ts";
import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { startTestNode } from "#server/testing/node.ts";
import { makeFrame, openRawSocket } from "#server/testing/raw-web-socket.ts";
import { closeCode, openSocket } from "#server/testing/web-socket.ts";

const paths = ["/rayim", "/ws", "/infra/ws", "/webSocket/me", "/ws/me"];

it("S120 never lets a token of an address into a log line, a metric, a frame or an error", async () => {
  const node = await startTestNode();
  const lines: unknown[] = [];
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) {
    vi.spyOn(node.node.log, level).mockImplementation((...said: unknown[]) => void lines.push(said));
  }
  const received: string[] = [];
  const tokens: string[] = [];
  for (const grant of [await makeGuest(node), await makeStaff(node)]) {
    const identity = await authenticate(node.node, grant.token);
    for (const path of paths) {
      const { ticket } = await createTicket(node.node, identity);
      const gateway = await createGatewayToken(node.node, identity, { gateways: ["rayim", "ws", "infra-ws", "websocket", "ws-plain"] });
      for (const token of [grant.token, ticket, gateway.token]) {
        tokens.push(token);
        const client = await openSocket(node, `${path}?token=${token}`);
        for (const frame of ["{", "ping", JSON.stringify({ type: "token:refresh", content: { token: ticket } })]) client.send(frame);
        const said = new Promise((resolve) => client.socket.once("pong", resolve));
        client.socket.ping();
        await said;
        received.push(...client.frames);
        client.socket.terminate();
        await openSocket(node, `${path}?token=${token}`, { headers: { origin: "https://evil.example" } }).catch((error: unknown) => received.push(inspect(error)));
        const raw = await openRawSocket(node.port, `${path}?token=${token}`);
        received.push(raw.head);
        raw.write(makeFrame({ opcode: 1, payload: "x", masked: false }));
        await raw.closed;
        tokens.push(`${token}x`);
        await closeCode(node, `${path}?token=${token}x`);
        await httpClient(node)("GET", `${path}?token=${token}`).catch(() => undefined);
        received.push(JSON.stringify(await httpClient(node)("GET", `/api/v1/nothing?token=${token}`)));
        await httpClient(node)("POST", "/api/system/utility/rayim/waiter/list", { headers: { rayAccessToken: `${token}x` } });
      }
    }
  }
  received.push(await node.node.metrics.registry.metrics());
  expect(lines.length).toBeGreaterThan(30);
  const everything = `${inspect(lines, { depth: 12, maxArrayLength: null, maxStringLength: null })}\n${received.join("\n")}`;
  // Neither as a whole nor by its signature.
  const found = tokens.flatMap((token) => [token, token.split(".")[2] ?? token]).filter((secret) => everything.includes(secret));
  expect(found).toEqual([]);
});
