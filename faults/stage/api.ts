import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Grant } from "#protocol/http.ts";

/** What the server refused, or nobody answered (`code` null). */
export class Refused extends Error {
  readonly code: string | null;
  readonly retryable: boolean;

  constructor(code: string | null, retryable: boolean, message: string) {
    super(`${code ?? "no answer"}: ${message}`);
    this.code = code;
    this.retryable = retryable;
  }
}

export type Request = { readonly method?: "GET" | "POST" | "DELETE"; readonly token?: string; readonly body?: object | FormData; readonly limitMs?: number };

/** A request of our HTTP API; `at` is a node, a line or nginx. Throws Refused. */
export async function request<Data = unknown>(at: string, route: string, { method = "POST", token, body, limitMs = 10_000 }: Request = {}): Promise<Data> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${at}/api/v1/${route}`, {
    method,
    signal: AbortSignal.timeout(limitMs),
    headers: { ...(isForm || body === undefined ? {} : { "content-type": "application/json" }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new Refused(null, true, String(error));
  });
  if (response.ok) return response.status === 204 ? JSON.parse("null") : response.json();
  const problem: { code?: string; retryable?: boolean; detail?: string } = await response.json().catch(() => ({}));
  throw new Refused(problem.code ?? `status ${String(response.status)}`, problem.retryable ?? response.status >= 500, `${route} ${problem.detail ?? ""}`);
}

/** Any command over HTTP. Throws Refused. */
export function command<Name extends CommandName>(at: string, name: Name, { token, input }: { token: string; input: CommandInput<Name> }): Promise<CommandData<Name>> {
  return request<CommandData<Name>>(at, `commands/${name}`, { token, body: input });
}

export function login(at: string, { email, password }: { email: string; password: string }): Promise<Grant> {
  return request<Grant>(at, "auth/login", { body: { email, password } });
}
