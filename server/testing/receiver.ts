import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { atEnd } from "./clean-up.ts";

export type Letter = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly at: number };
type Answer = (res: ServerResponse, letter: Letter) => void;

/** A program of somebody else that gets webhooks. */
export type Receiver = {
  readonly url: string;
  readonly port: number;
  readonly letters: readonly Letter[];
  /** How many connections came, with a request or without. */
  connections(): number;
  /** What it answers from now on; at first 204. */
  answer: Answer;
};

/** Starts a receiver on the loopback; it stops after the file's last test. */
export async function startReceiver(): Promise<Receiver> {
  const letters: Letter[] = [];
  let connections = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const letter = { headers: req.headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
      letters.push(letter);
      receiver.answer(res, letter);
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  const address = await new Promise<AddressInfo | string | null>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address()));
  });
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const receiver: Receiver = { url: `http://127.0.0.1:${port}/hook`, port, letters, connections: () => connections, answer: (res) => void res.writeHead(204).end() };
  return receiver;
}
