import { type DestinationStream, pino } from "pino";
import pretty from "pino-pretty";
import type { LogLevel } from "./config.ts";

/** What every part of the server logs through: `log.info({ conversationId }, "sentence")`. */
export type Log = {
  trace: LogWrite; debug: LogWrite; info: LogWrite; warn: LogWrite; error: LogWrite; fatal: LogWrite;
  /** A log that adds `fields` to each of its lines. */
  child(fields: Record<string, unknown>): Log;
};
type LogWrite = { (message: string): void; (fields: object, message: string): void };

type LogOptions = {
  readonly level: LogLevel;
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Where JSON lines go instead of standard output. */
  readonly destination?: DestinationStream;
};

/** Fields that hold secrets, or what people write to each other. */
const hidden = ["token", "ticket", "identity", "password", "passwordHash", "secret", "authorization", "cookie", "set-cookie", "auth", "body", "text"];

/** Makes the log of one process. */
export function createLog({ level, pretty: readable, destination }: LogOptions): Log {
  const options = {
    level,
    base: {},
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describe, error: describe, url: withoutQuery },
    redact: { paths: redactions(), censor: "[hidden]" },
  };
  if (destination) return pino(options, destination);
  // In this thread: a worker would lose the last lines of a crash.
  return readable ? pino(options, pretty({ sync: true, translateTime: "SYS:HH:MM:ss" })) : pino(options);
}

function redactions(): string[] {
  const depths = ["", "*.", "*.*.", "*.*.*."];
  return depths.flatMap((prefix) => hidden.map((name) => (name.includes("-") ? `${prefix.slice(0, -1)}["${name}"]` : `${prefix}${name}`)));
}

/** What a log needs of an error. Its other fields may repeat a row, a statement or a whole connection with its secrets. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = "code" in error ? { code: error.code } : {};
  return { type: name, message, ...code, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}

/** Gateways of older systems take tokens in the URL, so no query is ever logged. */
function withoutQuery(url: unknown): unknown {
  return typeof url === "string" ? url.split("?", 1)[0] : url;
}
