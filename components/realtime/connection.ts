import { io, type Socket } from "socket.io-client";

import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Answer, ErrorCode, WireError } from "#protocol/errors.ts";
import type { ByeCode, EventPayload } from "#protocol/events.ts";
import type { Grant } from "#protocol/http.ts";
import { limits } from "#protocol/limits.ts";

import { backoffMs } from "./backoff.ts";
import { CommandError, toCommandError, unavailable } from "./command-error.ts";
import { createStatusBoard } from "./connection-status.ts";
import { createDetour } from "./detour.ts";
import { eventNames } from "./event-names.ts";
import { onWake } from "./page-signals.ts";
import type { Connection as Shown, ServerEvent } from "./state.ts";
import type { TokenSource } from "./tokens.ts";

/** Node's and the browsers' longest timer. */
const longestTimerMs = 2_147_000_000;
/** After this share of its life a token is replaced; between two attempts at least the pause. */
const refreshAt = 0.8;
const refreshPauseMs = 15_000;
/** A connection that lived this long was a good one: the next back-off starts from the beginning. */
const stableMs = 10_000;
/** With `acknowledgementMs` before it: a sender notices a dead line within 10 s. The server answers it before all that waits. */
const probeMs = 3_500;
/** A page that wakes up tells so by several events at once; the first is enough. */
const wakeMs = 2_000;
/** An attempt under way is given this long before a person's impatience starts another. */
const patienceMs = 3_000;

export type ConnectionOptions = {
  tokens: TokenSource;
  /** Where the server is; empty for the page's own origin. */
  url: string;
  onEvent: (event: ServerEvent) => void;
  onStatus: (shown: Shown) => void;
  /** The page came back to life, and the line turned out to be good. */
  onAwake: () => void;
};

export type Connection = {
  start: () => void;
  stop: () => void;
  isLive: () => boolean;
  /** Tries again now instead of after the wait. */
  retryNow: () => void;
  /** Errors: CommandError. `waitMs` is for answers that may be long. */
  call: <Name extends CommandName>(name: Name, input: CommandInput<Name>, waitMs?: number) => Promise<CommandData<Name>>;
};

/**
 * One live connection that is kept up for ever: token, handshake, back-off, half-open lines, goodbyes. Socket.IO's
 * own reconnecting, buffering and retrying stay off, because they know nothing of the three.
 */
export function createConnection({ tokens, url, onEvent, onStatus, onAwake }: ConnectionOptions): Connection {
  let socket: Socket | null = null;
  let wanted = false;
  let opening = false;
  let wasLive = false;
  let attempt = 0;
  let doubted: Socket | null = null;
  let refused = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let refreshTimer: ReturnType<typeof setTimeout> | undefined;
  let greetTimer: ReturnType<typeof setTimeout> | undefined;
  let changedAt = 0;
  let notBefore = 0;
  let serverOffsetMs = 0;
  let wokenAt = 0;
  let unlisten = () => {};
  const detour = createDetour();
  const { show, stop: stopStatus } = createStatusBoard(onStatus);

  function showTrouble(): void {
    const isOffline = typeof navigator !== "undefined" && navigator.onLine === false;
    show(isOffline ? "offline" : wasLive ? "reconnecting" : "connecting");
  }

  function drop(): void {
    clearTimeout(refreshTimer);
    clearTimeout(greetTimer);
    const old = socket;
    socket = null;
    if (old === null) return;
    old.off();
    old.disconnect();
  }

  function end(reason: ByeCode | ErrorCode): void {
    wanted = false;
    clearTimeout(retryTimer);
    drop();
    show("ended", reason);
  }

  function comeBack(afterMs: number = backoffMs(attempt++)): void {
    drop();
    if (!wanted) return;
    showTrouble();
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, afterMs);
  }

  function open(): void {
    if (!wanted || opening || socket !== null) return;
    opening = true;
    clearTimeout(retryTimer);
    showTrouble();
    const asked = refused ? tokens.renew() : tokens.current();
    asked.then(
      (grant) => {
        opening = false;
        if (wanted) listen(grant);
      },
      (error: unknown) => {
        opening = false;
        giveWay(toCommandError(error));
      },
    );
  }

  /* No token, or the handshake was refused. */
  function giveWay(error: CommandError): void {
    if (!wanted) return;
    if (error.code === "unauthenticated" && refused) return end("unauthenticated");
    if (error.code === "forbidden") return end("forbidden");
    if (error.code === "unauthenticated") {
      refused = true;
      return comeBack(0);
    }
    if (error.retryAfterMs === null) return comeBack();
    notBefore = Date.now() + error.retryAfterMs;
    comeBack(spread(error.retryAfterMs));
  }

  function listen(grant: Grant): void {
    const options = {
      auth: { token: grant.token, v: 1 },
      query: { ...detour.query },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnection: false,
      forceNew: true,
      // Ours lasts until hello.
      timeout: longestTimerMs,
    };
    const opened = url === "" ? io(options) : io(url, options);
    socket = opened;
    changedAt = Date.now();
    greetTimer = setTimeout(giveUp, detour.limitMs);
    for (const name of eventNames) {
      opened.on(name, (payload) => {
        if (name === "session:bye") leave(payload);
        else if (name === "hello") greet(grant, payload);
        onEvent({ name, payload });
      });
    }
    opened.on("disconnect", (reason) => {
      if (reason === "ping timeout") detour.leave();
      if (Date.now() - changedAt > stableMs) attempt = 0;
      comeBack(attempt === 0 ? Math.random() * 1_000 * ++attempt : undefined);
    });
    opened.on("connect_error", (error: Error & { data?: WireError }) => {
      if (error.data?.code === undefined) return comeBack();
      drop();
      giveWay(new CommandError(error.data));
    });
  }

  function giveUp(): void {
    comeBack(detour.giveUp() ? Math.random() * 500 : undefined);
  }

  function greet(grant: Grant, { serverTime }: EventPayload<"hello">): void {
    serverOffsetMs = Date.parse(serverTime) - Date.now();
    clearTimeout(greetTimer);
    detour.arrive();
    refused = false;
    wasLive = true;
    changedAt = Date.now();
    show("connected");
    planRefresh(grant, 1_000);
  }

  function leave({ code, reconnectInMs }: { code: ByeCode; reconnectInMs: number | null }): void {
    if (code === "token_expired") refused = true;
    else if (reconnectInMs === null) return end(code);
    comeBack(reconnectInMs ?? 0);
  }

  /* By the server's clock: this browser's may be days off. */
  function planRefresh(grant: Grant, soonestMs: number): void {
    clearTimeout(refreshTimer);
    const life = Date.parse(grant.expiresAt) - Date.now() - serverOffsetMs;
    refreshTimer = setTimeout(() => void refresh(), Math.min(longestTimerMs, Math.max(soonestMs, life * refreshAt)));
  }

  async function refresh(): Promise<void> {
    try {
      const grant = await tokens.renew();
      await call("token:refresh", { token: grant.token });
      planRefresh(grant, refreshPauseMs);
    } catch (error) {
      const { retryable } = toCommandError(error);
      if (retryable && socket !== null) refreshTimer = setTimeout(() => void refresh(), refreshPauseMs);
    }
  }

  async function call<Name extends CommandName>(name: Name, input: CommandInput<Name>, waitMs: number = limits.acknowledgementMs): Promise<CommandData<Name>> {
    const used = socket;
    if (used === null || !used.connected) throw unavailable("There is no connection.");
    const answer = await waitFor<CommandData<Name>>(used, () => used.timeout(waitMs).emitWithAck(name, input));
    if (answer.ok) return answer.data;
    throw new CommandError(answer.error);
  }

  /* Whether the line brought an answer in time; one that did not is left. */
  async function probe(waitMs: number): Promise<boolean> {
    const used = socket;
    if (used?.connected !== true) return false;
    const answered = await used.timeout(waitMs).emitWithAck("heartbeat", {}).then(() => true, () => false);
    if (used !== socket) return false;
    if (answered) return true;
    detour.leave();
    comeBack(0);
    return false;
  }

  async function waitFor<Data>(used: Socket, ask: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
    try {
      return await ask();
    } catch {
      doubt(used);
      throw unavailable("The server did not answer in time.");
    }
  }

  /* A command without an answer may be an accident, or a server that has much to do: a question settles it. */
  function doubt(used: Socket): void {
    if (used !== socket || doubted === used) return;
    doubted = used;
    void probe(probeMs).finally(() => {
      doubted = null;
    });
  }

  /* The page came back to life: a line that looks open may be dead since long. */
  async function wake(): Promise<void> {
    if (!wanted || Date.now() - wokenAt < wakeMs) return;
    wokenAt = Date.now();
    if (socket?.connected !== true) return retryNow();
    if (await probe(limits.acknowledgementMs)) onAwake();
  }

  function retryNow(): void {
    const isTrying = opening || (socket !== null && (socket.connected || Date.now() - changedAt < patienceMs));
    if (!wanted || isTrying || Date.now() < notBefore) return;
    attempt = 0;
    comeBack(0);
  }

  return {
    start() {
      if (wanted) return;
      wanted = true;
      refused = false;
      unlisten();
      unlisten = onWake((online) => {
        if (online) return void wake();
        if (!wanted) return;
        // Browsers may be wrong about it: a line that looks open is asked first.
        if (socket?.connected === true) void probe(probeMs);
        else showTrouble();
      });
      retryNow();
    },
    stop() {
      wanted = false;
      unlisten();
      clearTimeout(retryTimer);
      stopStatus();
      drop();
    },
    isLive: () => socket?.connected === true,
    retryNow,
    call,
  };
}

/* Never earlier than told, and not all in the same moment. */
function spread(ms: number): number {
  return ms + Math.random() * Math.min(ms, 5_000);
}
