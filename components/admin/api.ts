import * as z from "zod/mini";
import { CommandError, toCommandError, unavailable } from "#components/realtime/command-error.ts";
import { readProblem } from "#components/realtime/http.ts";
import type { TokenSource } from "#components/realtime/tokens.ts";

type Ask<Answer extends z.ZodMiniType> = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1/`. */
  path: string;
  body?: unknown;
  answer: Answer;
  signal?: AbortSignal;
};

/** Asks a route of ours as whoever is signed in. Errors: CommandError. */
export type Api = <Answer extends z.ZodMiniType>(ask: Ask<Answer>) => Promise<z.infer<Answer>>;

/** The answer of routes that have nothing to say (204). */
export const nothing = z.undefined();

/** A page of a list. */
export function listOf<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ items: z.array(item), cursor: z.nullable(z.string()) });
}

const requestMs = 10_000;

/** An access token may have ended early (another role, another password): then one fresh one is tried. */
export function createApi(tokens: TokenSource): Api {
  return async (ask) => {
    const { token } = await tokens.current();
    try {
      return await send(ask, token);
    } catch (error) {
      if (toCommandError(error).code !== "unauthenticated") throw error;
      return send(ask, (await tokens.renew()).token);
    }
  };
}

async function send<Answer extends z.ZodMiniType>(ask: Ask<Answer>, token: string): Promise<z.infer<Answer>> {
  const { method = "GET", path, body, answer, signal } = ask;
  const limit = AbortSignal.timeout(requestMs);
  try {
    const response = await fetch(`/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    const text = await response.text();
    if (!response.ok) throw readProblem(response.status, text, response.headers.get("retry-after"));
    return z.parse(answer, text === "" ? undefined : JSON.parse(text));
  } catch (error) {
    throw error instanceof CommandError ? error : unavailable("The server does not answer.");
  }
}
