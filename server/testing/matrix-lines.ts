import { randomUUID } from "node:crypto";

import { CommandRefused, connect } from "./clients.ts";
import { httpClient } from "./http-client.ts";
import type { Gateway } from "./matrix-oracle.ts";
import type { TestNode } from "./node.ts";
import { openStomp } from "./stomp-client.ts";
import { isRecord, openSocket } from "./web-socket.ts";

/** What came back for a command: its data, or the code of its error. */
export type Reply = { readonly code: string; readonly data: unknown };

/** One caller's line over one gateway. */
export type Line = {
  give(command: string, input: unknown): Promise<Reply>;
  close(): void;
};

/** Somebody's token; null: whoever has none. */
type Token = string | null;

const openers: Readonly<Record<Gateway, (node: TestNode, token: Token) => Promise<Line | Reply>>> = { socketio: openSocketIo, http: openHttp, ws: openTyped, stomp: openQueue };

/** Opens a line, or answers how that was refused. */
export function openLine(node: TestNode, { gateway, token }: { gateway: Gateway; token: Token }): Promise<Line | Reply> {
  return openers[gateway](node, token);
}

async function openSocketIo(node: TestNode, token: Token): Promise<Line | Reply> {
  try {
    const user = { id: "", role: "customer", name: "", avatarUrl: null, guest: true, externalId: null } as const;
    const client = await connect(node, { token: token ?? "", user });
    return { give: async (command, input) => readAnswer(await client.ask(command, input)), close: client.close };
  } catch (refusal) {
    if (refusal instanceof CommandRefused) return { code: refusal.error.code, data: null };
    throw refusal;
  }
}

/* Over HTTP nothing is open: who it is is asked anew each time. */
function openHttp(node: TestNode, token: Token): Promise<Line> {
  const client = httpClient(node, token);
  return Promise.resolve({
    async give(command, input) {
      const { status, body } = await client("POST", `/api/v1/commands/${command}`, { body: input });
      return status === 200 ? { code: "ok", data: body } : { code: readCode(body), data: null };
    },
    close: () => {},
  });
}

async function openTyped(node: TestNode, token: Token): Promise<Line | Reply> {
  const client = await openSocket(node, token === null ? "/ws" : `/ws?token=${token}`);
  const refused = client.closed.then(({ reason }) => ({ code: reason, data: null }));
  const first = await Promise.race([refused, client.nextObject({ type: "hello" })]);
  if ("data" in first && "code" in first) return { code: String(first.code), data: null };
  return {
    async give(command, input) {
      const id = randomUUID();
      client.send({ type: command, content: input, id });
      return readAnswer((await client.nextObject({ type: "ack", id }))["content"]);
    },
    close: () => client.socket.close(),
  };
}

async function openQueue(node: TestNode, token: Token): Promise<Line | Reply> {
  const client = await openStomp(node);
  client.send("CONNECT", { "accept-version": "1.2", ...(token === null ? {} : { token }) });
  const first = await Promise.race([client.next("CONNECTED"), client.next("ERROR")]);
  if (first.command === "ERROR") return { code: first.headers["code"] ?? "", data: null };
  await client.subscribe("events", "/user/queue/events");
  return {
    give: async (command, input) => readAnswer(await client.ask(`/app/${command}`, input)),
    close: client.close,
  };
}

/* An answer of the contract, or the error alone, as STOMP tells it. */
function readAnswer(answer: unknown): Reply {
  if (isRecord(answer) && answer["ok"] === true) return { code: "ok", data: answer["data"] };
  return { code: readCode(isRecord(answer) && answer["ok"] === false ? answer["error"] : answer), data: null };
}

function readCode(error: unknown): string {
  const code = isRecord(error) ? error["code"] : undefined;
  return typeof code === "string" ? code : `no code: ${JSON.stringify(error)}`;
}
