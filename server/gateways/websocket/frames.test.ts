import { beforeAll, describe, expect, it } from "vitest";

import { makeGuest } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makeFrame, openRawSocket, type RawSocket } from "#server/testing/raw-web-socket.ts";
import { openSocket } from "#server/testing/web-socket.ts";

const paths = ["/rayim", "/ws", "/infra/ws", "/webSocket/me", "/ws/me"];
const [text, binary, close, ping] = [1, 2, 8, 9];
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
let node: TestNode;
let token: string;

beforeAll(async () => {
  node = await startTestNode();
  token = (await makeGuest(node)).token;
});

const open = (path: string, headers: readonly string[] = []): Promise<RawSocket> => openRawSocket(node.port, `${path}?token=${token}`, headers);

/** The code that a connection is closed with after these bytes. */
async function closeAfter(path: string, sent: Buffer): Promise<number> {
  const raw = await open(path);
  raw.write(sent);
  return raw.closed;
}

describe.each(paths)("%s", (path) => {
  it.each([
    ["an unmasked frame", makeFrame({ opcode: text, payload: "x", masked: false }), 1002],
    ["reserved bits", makeFrame({ opcode: text, payload: "x", reserved: 4 }), 1002],
    ["compressed data", makeFrame({ opcode: text, payload: bytes("aa0400"), reserved: 4 }), 1002],
    ["an unknown opcode", makeFrame({ opcode: 3, payload: "x" }), 1002],
    ["bytes that are no UTF-8", makeFrame({ opcode: text, payload: bytes("c0ff") }), 1007],
    ["the close code 1005", makeFrame({ opcode: close, payload: bytes("03ed") }), 1002],
    ["a close frame of one byte", makeFrame({ opcode: close, payload: bytes("03") }), 1002],
    ["a ping of 126 bytes", makeFrame({ opcode: ping, payload: "x".repeat(126) }), 1002],
    ["a ping in fragments", makeFrame({ opcode: ping, fin: false }), 1002],
    ["a continuation of nothing", makeFrame({ opcode: 0, payload: "x" }), 1002],
    ["a text within a fragmented text", Buffer.concat([makeFrame({ opcode: text, fin: false }), makeFrame({ opcode: text })]), 1002],
    ["a length beyond all numbers", bytes("81ffffffffffffffffff01020304"), 1009],
  ])("S79 is closed by %s", async (_, sent, code) => {
    expect(await closeAfter(path, sent)).toBe(code);
  });

  it("S78 is closed by fragments without an end, with 1008, before they fill the memory", async () => {
    const fragments = Buffer.concat([makeFrame({ opcode: text, fin: false }), ...Array.from({ length: 16_385 }, () => makeFrame({ opcode: 0, fin: false }))]);
    expect(await closeAfter(path, fragments)).toBe(1008);
  });

  it("S80 does not negotiate compression", async () => {
    const { head } = await open(path, ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]);
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head.toLowerCase()).not.toContain("extensions");
  });

  it("takes a text in a few fragments, and bytes one by one", async () => {
    const grant = await makeGuest(node);
    const raw = await openRawSocket(node.port, `${path}?token=${grant.token}`);
    const frame = path === "/ws"
      ? `{"type":"message:send","content":{"clientMsgId":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","kind":"text","text":"in parts"}}`
      : path === "/infra/ws" ? JSON.stringify({ type: "demo-message-send", content: `{"text":"in parts"}` }) : "in parts";
    raw.tcp.setNoDelay(true);
    const sent = Buffer.concat([makeFrame({ opcode: text, fin: false, payload: frame.slice(0, 4) }), makeFrame({ opcode: ping }), makeFrame({ opcode: 0, payload: frame.slice(4) })]);
    for (const byte of sent) raw.write(Buffer.from([byte]));
    await expect.poll(() => node.node.database.prisma.message.count({ where: { senderId: grant.user.id, body: "in parts" } })).toBe(1);
  });
});

describe("what is too large", () => {
  it.each(paths.filter((path) => path !== "/rayim"))("S81 closes %s with 1009 at 64 KiB", async (path) => {
    const fits = await open(path);
    fits.write(makeFrame({ opcode: binary, payload: Buffer.alloc(65_536) }));
    fits.write(makeFrame({ opcode: close, payload: bytes("03e8") }));
    expect(await fits.closed).toBe(1000);
    expect(await closeAfter(path, makeFrame({ opcode: binary, payload: Buffer.alloc(65_537) }))).toBe(1009);
    // Refused by its announced length alone.
    expect(await closeAfter(path, bytes("82ff0000000006400000"))).toBe(1009);
  });

  it("S81 closes /rayim with 1009 at 11 MiB", async () => {
    expect(await closeAfter("/rayim", bytes("82ff0000000000b0000101020304"))).toBe(1009);
    expect(await closeAfter("/rayim", bytes("82ff0000000006400000"))).toBe(1009);
  });
});

describe("memory", () => {
  it("is not taken by strangers: nothing is read before they are let in", async () => {
    const raw = await openRawSocket(node.port, "/rayim?token=nobody", []);
    raw.write(makeFrame({ opcode: text, payload: "x".repeat(5_000_000) }));
    expect(await raw.closed).toBe(4401);
  });

  it("has room for so many unfinished large frames; whoever goes beyond is asked to come back later", async () => {
    const unfinished = makeFrame({ opcode: text, fin: false, payload: Buffer.alloc(10 * 1024 * 1024, "x") });
    const sockets = await Promise.all(Array.from({ length: 12 }, () => open("/rayim")));
    const outcomes = sockets.map(async (raw) => {
      raw.write(unfinished);
      return raw.closed;
    });
    expect(await Promise.race(outcomes)).toBe(4503);
    for (const raw of sockets) raw.tcp.destroy();
    const after = await openSocket(node, `/rayim?token=${token}`);
    after.send("rayHeartBeat");
    await after.next((frame) => frame === "rayImHeartBeatFeedback");
  });
});
