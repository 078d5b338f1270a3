import type { ErrorCode, WireError } from "#protocol/errors.ts";

import { CommandError, unavailable } from "./command-error.ts";

const requestMs = 10_000;

/** Reads a JSON route of ours. Errors: CommandError with the problem's code; `unavailable` when nobody answers. */
export function get<Data>(url: string, token: string): Promise<Data> {
  return ask(url, { headers: { authorization: `Bearer ${token}` } });
}

/** Posts to a JSON route of ours. Errors: as `get`. */
export function post<Data>(url: string, { token, body = {} }: { token?: string; body?: unknown }): Promise<Data> {
  const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask<Data>(url: string, init: RequestInit): Promise<Data> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(requestMs) });
    if (response.ok) return await response.json();
    throw readProblem(response.status, await response.text(), response.headers.get("retry-after"));
  } catch (error) {
    throw error instanceof CommandError ? error : unavailable("The server does not answer.");
  }
}

/** A refusal as our routes write it; one that a proxy wrote counts by its status alone. */
export function readProblem(status: number, text: string, retryAfter: string | null): CommandError {
  const code = codes[status] ?? "unavailable";
  const fallback = { code, message: `The server answered ${status}.`, retryable: code === "unavailable" || code === "rate_limited" };
  const seconds = Number(retryAfter ?? "");
  const wait = seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
  try {
    const problem: Partial<WireError> | null = JSON.parse(text);
    return new CommandError({ ...fallback, ...wait, ...(typeof problem?.code === "string" ? problem : {}) });
  } catch {
    return new CommandError({ ...fallback, ...wait });
  }
}

const codes: Readonly<Record<number, ErrorCode>> = { 401: "unauthenticated", 403: "forbidden", 413: "too_large", 415: "unsupported_media", 429: "rate_limited" };
