import type { Answer, WireError } from "#protocol/errors.ts";
import type { EventName, EventPayload } from "#protocol/events.ts";
import type { GatewayName } from "#protocol/gateways.ts";

import type { Identity } from "#server/auth/identity.ts";
import type { Caller, Node } from "#server/chat/node.ts";

/** What one gateway speaks: how events become frames, and frames become commands. Nothing else differs between them. */
export type Dialect = {
  readonly gateway: GatewayName;
  /** The largest frame that it takes, in bytes. */
  readonly frameBytes: number;
  /**
   * Its clients show what comes as it comes: they get each message in a frame of its own, in order, once, and first what
   * they missed. Others order, drop repeats and catch up by themselves.
   */
  readonly shown: boolean;
  /** What a session sends comes back to it too. */
  readonly echoes: boolean;
  /** Begins to speak with one client. */
  open(line: Line): Voice;
};

/** The speech with one client. */
export type Voice = {
  /** Clients of the same flavour get the same frames of an event, so that each is encoded once. */
  flavour(event: EventName, payload: EventPayload<EventName>): string;
  /** The frames of an event, as this client wants them now; none for what this gateway does not say. */
  frames(event: EventName, payload: EventPayload<EventName>): readonly string[];
  /** A text frame of the client, after all that came before it was dealt with. */
  hear(text: string): Promise<void>;
  /** A frame that is no text. */
  refuse(error: WireError): void;
};

/** What a voice may do with its client. */
export type Line = {
  readonly node: Node;
  /** The part of the address behind `?`. */
  readonly query: URLSearchParams;
  identity(): Identity;
  caller(): Caller;
  /** Sends one frame to this client alone. */
  say(frame: string): void;
  /** Gives a command. */
  dispatch(name: string, input: unknown): Promise<Answer<unknown>>;
  /** Runs what is no command; its failure becomes the same error as a command's. */
  attempt<Result>(what: string, work: () => Promise<Result>): Promise<Answer<Result>>;
  /** A sign of life that is outside the limits of sends; null: it may be answered. */
  beat(): Promise<WireError | null>;
  /** Notes down a message that this session is about to send: where sends do not come back, it is left out. */
  sends(clientMsgId: string): void;
};
