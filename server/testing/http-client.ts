import { connect as openSocket } from "node:net";

import * as z from "zod/mini";

import type { ErrorCode } from "#protocol/errors.ts";
import { errors } from "#protocol/errors.ts";
import { expect } from "vitest";

/** What came back: the body as JSON where it is JSON, else as text. */
export type HttpAnswer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

type Options = {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A real client of the API: who it is, and where. */
export type HttpClient = (method: string, path: string, options?: Options) => Promise<HttpAnswer>;

/** Makes a client that shows this token with each request; null: none. */
export function httpClient({ url }: { url: string }, token: string | null = null): HttpClient {
  return async (method, path, { body, raw, headers = {} } = {}) => {
    const sent = body === undefined ? raw : JSON.stringify(body);
    const answer = await fetch(`${url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get("content-type") ?? "") && text !== "";
    return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
  };
}

/** The body of an answer that succeeded and has the shape of the contract. */
export function read<Schema extends z.ZodMiniType>(answer: HttpAnswer, schema: Schema): z.infer<Schema> {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
  return z.parse(schema, answer.body);
}

/** A page of a list. */
export function pageOf<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ items: z.array(item), cursor: z.nullable(z.string()) });
}

/** Expects the contract's problem with this code, and nothing that tells of the inside. */
export function expectProblem({ status, headers, body }: HttpAnswer, code: ErrorCode, expected: number = errors[code].status): void {
  expect({ status, body }).toMatchObject({ status: expected, body: { code, status: expected, retryable: errors[code].retryable } });
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ type: expect.any(String), title: expect.any(String), detail: expect.any(String), requestId: headers.get("x-request-id") });
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|SELECT|prisma/i);
}

/** Sends bytes as they are and answers what comes back until the server closes or `until` is there. */
export function sendRaw(port: number, bytes: string | Uint8Array, until: RegExp = /\r\n\r\n/): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(port, "127.0.0.1", () => socket.write(bytes));
    let received = "";
    const finish = (): void => {
      socket.destroy();
      resolve(received);
    };
    socket.setTimeout(8_000, () => reject(new Error(`no answer; so far: ${received}`)));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (until.test(received)) finish();
    });
    socket.on("close", finish);
    socket.on("error", reject);
  });
}
