import type { TestNode } from "./node.ts";
import { openSocket, type SocketOptions } from "./web-socket.ts";

/** A frame that came from the server. */
export type StompFrame = { readonly command: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** A STOMP client that writes its frames by hand. */
export type StompClient = {
  /** Everything received so far, heart-beats left out. */
  frames(): StompFrame[];
  /** How the connection ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** What the server chose of the subprotocols offered. */
  readonly protocol: string;
  /** Sends bytes as they are. */
  raw(bytes: string | Buffer): void;
  send(command: string, headers: Readonly<Record<string, string>>, body?: string): void;
  /** The first frame, from now or from before, that fits. */
  next(command: string, headers?: Readonly<Record<string, string>>, fits?: (frame: StompFrame) => boolean): Promise<StompFrame>;
  /** Subscribes; resolves with the receipt. */
  subscribe(id: string, destination: string): Promise<void>;
  /** The body of the first message of a subscription, from now or from before, that fits. */
  told(subscription: string, fits?: Fitting): Promise<Record<string, unknown>>;
  /** The bodies of all messages of a subscription that came so far. */
  all(subscription: string): unknown[];
  /** Resolves when everything that was sent to this client before has come. */
  settle(): Promise<void>;
  /** Sends JSON; resolves with the answer on the queue, which is subscribed to as `events`. */
  ask(destination: string, input: unknown): Promise<unknown>;
  close(): void;
};

type Fitting = { readonly event?: string; readonly id?: string; readonly body?: (body: Record<string, unknown>) => boolean };

type Options = {
  readonly path?: string;
  /** Further headers of CONNECT. */
  readonly connect?: Readonly<Record<string, string>>;
  readonly socket?: SocketOptions;
};

export const stompPath = "/endpoint-websocket";

/** Opens the line and says nothing yet. */
export async function openStomp(node: Pick<TestNode, "port">, { path = stompPath, socket: options = {} }: Options = {}): Promise<StompClient> {
  const line = await openSocket(node, path, options);
  let asked = 0;

  const client: StompClient = {
    frames: () => line.frames.filter((frame) => frame.trim() !== "").map(readFrame),
    closed: line.closed,
    protocol: line.socket.protocol,
    raw: (bytes) => line.socket.send(bytes),
    send: (command, headers, body = "") => line.socket.send(writeFrame(command, headers, body)),
    async next(command, headers = {}, fits = () => true) {
      const found = await line.next((text) => {
        if (text.trim() === "") return false;
        const frame = readFrame(text);
        return frame.command === command && Object.entries(headers).every(([name, value]) => frame.headers[name] === value) && fits(frame);
      });
      return readFrame(found);
    },
    async subscribe(id, destination) {
      client.send("SUBSCRIBE", { id, destination, receipt: `subscribed ${id}` });
      await client.next("RECEIPT", { "receipt-id": `subscribed ${id}` });
    },
    async told(subscription, { body: fits = () => true, ...headers } = {}) {
      const { body } = await client.next("MESSAGE", { subscription, ...headers }, (frame) => fits(JSON.parse(frame.body)));
      return JSON.parse(body);
    },
    all: (subscription) => client.frames().filter((frame) => frame.headers["subscription"] === subscription).map(({ body }) => JSON.parse(body)),
    async settle() {
      asked += 1;
      client.send("ACK", { id: "1", receipt: `settled ${asked}` });
      await client.next("RECEIPT", { "receipt-id": `settled ${asked}` });
    },
    async ask(destination, input) {
      asked += 1;
      client.send("SEND", { destination, id: `asked ${asked}` }, JSON.stringify(input));
      return client.told("events", { id: `asked ${asked}` });
    },
    close: () => line.socket.close(),
  };
  return client;
}

/** Connects with a token; resolves after CONNECTED. */
export async function connectStomp(node: Pick<TestNode, "port">, token: string, options: Options = {}): Promise<StompClient> {
  const client = await openStomp(node, options);
  client.send("CONNECT", { "accept-version": "1.2", token, ...options.connect });
  await client.next("CONNECTED");
  return client;
}

/** Connects with a token and subscribes to destinations, by the ids of the subscriptions. */
export async function subscribeStomp(node: Pick<TestNode, "port">, { token, path = stompPath }: { token: string; path?: string }, destinations: Readonly<Record<string, string>>): Promise<StompClient> {
  const client = await connectStomp(node, token, { path });
  for (const [id, destination] of Object.entries(destinations)) await client.subscribe(id, destination);
  return client;
}

export function writeFrame(command: string, headers: Readonly<Record<string, string>>, body = ""): string {
  const escape = (part: string): string => (command === "CONNECT" ? part : part.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll(":", "\\c"));
  return `${command}\n${Object.entries(headers).map(([name, value]) => `${escape(name)}:${escape(value)}\n`).join("")}\n${body}\0`;
}

/** Reads one frame of the server; its length is checked against what it says. */
export function readFrame(text: string): StompFrame {
  const end = text.indexOf("\n\n");
  const [command = "", ...lines] = text.slice(0, end).split("\n");
  const plain = command === "CONNECTED";
  const signs = new Map([["\\n", "\n"], ["\\r", "\r"], ["\\c", ":"], ["\\\\", "\\"]]);
  const unescape = (part: string): string => (plain ? part : part.replaceAll(/\\./g, (escape) => signs.get(escape) ?? "?"));
  const headers = Object.fromEntries(lines.map((line) => [unescape(line.slice(0, line.indexOf(":"))), unescape(line.slice(line.indexOf(":") + 1))]));
  const body = text.slice(end + 2, text.lastIndexOf("\0"));
  const said = Number(headers["content-length"] ?? 0);
  if (!text.endsWith("\0") || Buffer.byteLength(body) !== said) throw new Error(`this frame is not well-formed: ${JSON.stringify(text)}`);
  return { command, headers, body };
}
