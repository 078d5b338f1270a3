import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Server } from "socket.io";

/*
 * The reference: a bare Socket.IO server that stores nothing. It passes each message on to the room
 * `waiters` and acknowledges it: the least that a chat over Socket.IO can do.
 */
const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false, pingInterval: 15_000, pingTimeout: 10_000 });
const waiters = Number(process.argv[2] ?? 3);
let joined = 0;

io.on("connection", (socket) => {
  // The load connects its waiters first.
  if (joined < waiters) {
    joined += 1;
    void socket.join("waiters");
  }
  socket.on("message:send", (input: { text: string }, acknowledge: (answer: object) => void) => {
    const message = { ...input, senderId: socket.id, createdAt: new Date().toISOString() };
    io.to("waiters").emit("message:created", { messages: [message] });
    acknowledge({ ok: true, data: { message } });
  });
});
// For the measurement of connections that wait: one frame to all of them.
process.stdin.on("data", () => {
  io.emit("notice:pushed", { notice: { id: "01a1feb5-e460-7fce-9a43-4fed084eaa4e", title: "今晚八点起维护", body: "届时约十分钟无法下单。", level: "info", audience: "everyone", requireAck: false, status: "published", startsAt: null, endsAt: null, createdAt: new Date().toISOString(), mine: null } });
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.stdout.write(`${isAddress(address) ? address.port : 0}\n`);
});

function isAddress(address: ReturnType<typeof http.address>): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
