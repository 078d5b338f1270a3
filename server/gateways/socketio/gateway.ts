import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { Server as Engine } from "engine.io";
import { Server, type Socket } from "socket.io";
import * as parser from "socket.io-parser";
import { WebSocket } from "ws";

import { limits } from "#protocol/limits.ts";

import { clientAddress } from "#server/auth/client-address.ts";
import { authenticate } from "#server/auth/identity.ts";
import { checkOrigin } from "#server/auth/origin.ts";
import { beginSession, endSession, type Guestbook, prepareSession } from "#server/chat/arrival.ts";
import type { Move, Parcel } from "#server/chat/delivery.ts";
import { dispatch, reportError } from "#server/chat/dispatch.ts";
import type { Context, Node } from "#server/chat/node.ts";
import { rooms } from "#server/chat/rooms.ts";
import type { Session, Transport } from "#server/chat/session.ts";
import { DomainError } from "#server/errors.ts";
import { createCommandQueue, type Reading } from "#server/gateways/command-queue.ts";

import { createRoomsAdapter } from "./cluster-rooms.ts";
import { type SessionOwners, watchSessionOwners } from "./session-owners.ts";

type Data = { guestbook: Guestbook; session?: Session };
type Client = Socket<Record<string, never>, Record<string, (...values: unknown[]) => void>, Record<string, never>, Data>;

/** Socket.IO on the path `/socket.io/`: commands are events with an acknowledgement. */
export type SocketGateway = {
  /** Requests and upgrades whose origin was checked. */
  handleRequest(req: IncomingMessage, res: ServerResponse): void;
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

export const socketPath = "/socket.io/";

export function createSocketGateway(node: Node): SocketGateway {
  const clustered = node.config.redisUrl !== null;
  const engine = new Engine({
    pingInterval: limits.heartbeatMs,
    pingTimeout: limits.heartbeatTimeoutMs,
    maxHttpBufferSize: limits.frameBytes,
    perMessageDeflate: false,
    httpCompression: false,
    allowEIO3: false,
    // Foreign pages were refused before; this names the allowed ones to their browsers.
    cors: { origin: [...node.config.origins], methods: ["GET", "POST"] },
  });
  const io: Server<Record<string, never>, Record<string, (...values: unknown[]) => void>, Record<string, never>, Data> = new Server({
    connectTimeout: limits.handshakeMs,
    serveClient: false,
    parser: { ...parser, Decoder: TextDecoderOnly },
    ...(clustered ? { adapter: createRoomsAdapter(node.bus) } : {}),
  });
  io.bind(engine);
  const owners = watchSessionOwners(node, engine);
  io.use((socket, next) => {
    admit(node, socket).then(
      () => next(),
      (error: unknown) => {
        const refusal = Object.assign(new Error("refused"), { data: reportError(contextOf(node, socket, null), error, "handshake") });
        next(refusal);
      },
    );
  });
  io.on("connection", (socket) => serve(node, socket, socketIds));
  const socketIds = new Map<string, string>();
  node.delivery.addOutlet({ deliver: (parcel) => deliver(io, parcel, socketIds), ...(clustered ? { move: (move: Move) => moveElsewhere(io, move) } : {}) });
  keepRoomsTrue(io);

  return {
    handleRequest: (req, res) => engine.handleRequest(asEngineRequest(req, owners), res),
    handleUpgrade: (req, socket, head) => engine.handleUpgrade(asEngineRequest(req, owners), socket, head),
    close: () => io.close(),
  };
}

/** Commands are JSON; a packet that announces binary parts closes the connection. */
class TextDecoderOnly extends parser.Decoder {
  constructor() {
    super({ maxAttachments: 0 });
  }
}

/** Errors: `bad_request` (a token in the URL), `unauthenticated`, `rate_limited`, `unavailable`. */
async function admit(node: Node, socket: Client): Promise<void> {
  const auth: unknown = socket.handshake.auth;
  const version = typeof auth === "object" && auth !== null && "v" in auth ? auth.v : 1;
  if (version !== 1) throw new DomainError("bad_request", "This version of the protocol is not spoken here: v must be 1.");
  const token = typeof auth === "object" && auth !== null && "token" in auth ? auth.token : undefined;
  const identity = await authenticate(node, token);
  socket.data.guestbook = await prepareSession(node, { identity, gateway: "socketio", address: clientAddress(node.config, socket.request) });
}

/* Runs without a pause between the last check and the listeners, so that no frame and no close slips by. */
function serve(node: Node, socket: Client, socketIds: Map<string, string>): void {
  let session: Session;
  try {
    session = beginSession(node, socket.data.guestbook, transportOf(socket));
  } catch (error) {
    node.log.info({ err: error }, "a connection was turned away at the last moment");
    socket.conn.close();
    return;
  }
  const queue = createCommandQueue(readingOf(socket));
  socketIds.set(session.id, socket.id);
  socket.data.session = session;
  socket.on("disconnect", () => {
    socketIds.delete(session.id);
    endSession(node, session);
  });
  socket.onAny((name: unknown, ...values: unknown[]) => {
    const last = values.at(-1);
    const acknowledge = typeof last === "function" ? last : null;
    const [input] = acknowledge === null ? values : values.slice(0, -1);
    const work = async (): Promise<void> => {
      if (session.ended) return;
      const answer = await dispatch(contextOf(node, socket, session), String(name), input ?? {});
      acknowledge?.(answer);
    };
    // A heartbeat asks whether the line lives, not whether the work before it is done.
    if (name === "heartbeat" && session.refusals === 0) void work();
    else queue.push(work);
  });
}

function contextOf(node: Node, socket: Client, session: Session | null): Context {
  const address = session?.address ?? clientAddress(node.config, socket.request);
  return { node, identity: session?.identity ?? null, session, address, requestId: null };
}

function transportOf(socket: Client): Transport {
  return {
    send: (event, payload) => void socket.emit(event, payload),
    join: (room) => void socket.join(room),
    leave: (room) => void socket.leave(room),
    // The engine says goodbye only after it has sent what waits; `disconnect(true)` would keep clients away for good.
    close: (reason) => {
      if (reason === "slow_consumer") rawSocket(socket)?.terminate();
      socket.conn.close();
    },
    backlog: () => ({ frames: waitingFrames(socket), bytes: rawSocket(socket)?.bufferedAmount ?? 0 }),
  };
}

function readingOf(socket: Client): Reading {
  return { pause: () => rawSocket(socket)?.pause(), resume: () => rawSocket(socket)?.resume() };
}

/* Engine.IO's own buffer, which it neither bounds nor shows. */
function waitingFrames(socket: Client): number {
  const buffer: unknown = Reflect.get(socket.conn, "writeBuffer");
  return Array.isArray(buffer) ? buffer.length : 0;
}

/* The WebSocket under the engine; none while it polls. */
function rawSocket(socket: Client): WebSocket | null {
  const raw: unknown = Reflect.get(socket.conn.transport, "socket");
  return raw instanceof WebSocket ? raw : null;
}

/* A parcel that nobody of this gateway is to get costs no encoding. */
function deliver(io: Server, { rooms: addressed, except, exceptSession, event, payload }: Parcel, socketIds: ReadonlyMap<string, string>): void {
  const { rooms: occupied } = io.of("/").adapter;
  const left = exceptSession === undefined ? undefined : socketIds.get(exceptSession);
  const present = addressed.filter((room) => {
    const sockets = occupied.get(room);
    return sockets !== undefined && !(sockets.size === 1 && left !== undefined && sockets.has(left));
  });
  if (present.length === 0) return;
  // Nobody waits for a typing signal: who is not ready to take one does without.
  let target = event === "typing" ? io.local.volatile.to(present) : io.local.to(present);
  if (except !== undefined) target = target.except(except);
  if (left !== undefined) target = target.except(left);
  target.emit(event, payload);
}

/* The sockets of the other nodes; those of this one are moved by their sessions. */
function moveElsewhere(io: Server, { userId, room, joined }: Move): void {
  const sockets = io.in(rooms.user(userId));
  if (joined) sockets.socketsJoin(room);
  else sockets.socketsLeave(room);
}

/* A socket that another node has moved takes its session with it. */
function keepRoomsTrue(io: Server<Record<string, never>, Record<string, (...values: unknown[]) => void>, Record<string, never>, Data>): void {
  const { adapter, sockets } = io.of("/");
  adapter.on("join-room", (room: string, id: string) => {
    if (room === rooms.waiters) sockets.get(id)?.data.session?.rooms.add(room);
  });
  adapter.on("leave-room", (room: string, id: string) => {
    if (room === rooms.waiters) sockets.get(id)?.data.session?.rooms.delete(room);
  });
}

/** Engine.IO wants the parsed query on the request. */
function asEngineRequest(req: IncomingMessage, owners: SessionOwners): Parameters<Engine["handleRequest"]>[0] {
  const { searchParams } = new URL(req.url ?? "/", "http://localhost");
  const query = Object.fromEntries(searchParams);
  if (owners.isForeign(searchParams.get("sid") ?? "", req)) query["sid"] = "foreign";
  return Object.assign(req, { _query: query });
}

/** Refuses what no handshake of this gateway may carry. Errors: `forbidden` (origin), `bad_request` (a token in the URL). */
export function checkSocketRequest(node: Node, req: IncomingMessage): void {
  checkOrigin(node.config, req, { nullAllowed: false });
  if (/[?&](token|access_token|auth)=/i.test(req.url ?? "")) {
    throw new DomainError("bad_request", "The token goes into the handshake's auth, never into the URL.");
  }
}
