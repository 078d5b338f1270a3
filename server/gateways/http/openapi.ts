import { type CommandName, commands, isCommandName } from "#protocol/commands.ts";
import { webhookData } from "#protocol/developers.ts";
import { problem } from "#protocol/http-answers.ts";
import { id } from "#protocol/objects.ts";
import { actions, commandRule, type Rule } from "#server/auth/policy.ts";
import { sessionCookieName } from "#server/auth/session-cookie.ts";
import type { Config } from "#server/config.ts";

import { createSchemaBook, type JsonSchema, type SchemaBook } from "./openapi-schemas.ts";
import type { Description, Route } from "./route.ts";

type Operation = Pick<Route, "method" | "pattern" | "description"> & { readonly rule: Rule | null; readonly open: boolean };

const commandPlace = "/api/v1/commands/{name}";

/** The OpenAPI 3.1 document of these routes, written from the schemas that requests are read by and answers typed by. */
export function describeApi(routes: readonly Route[], config: Pick<Config, "publicUrl" | "secure">): JsonSchema {
  const book = createSchemaBook();
  const paths = new Map<string, JsonSchema>();
  for (const operation of routes.flatMap(operationsOf)) {
    const { method, pattern } = operation;
    paths.set(pattern, { ...paths.get(pattern), [method.toLowerCase()]: describeOperation(book, operation) });
  }
  const webhooks = Object.fromEntries(Object.entries(webhookData).map(([type, data]) => [type, { post: describeWebhook(type, book.output(data)) }]));
  book.output(problem);
  return {
    openapi: "3.1.1",
    info: { title: "Xiaoer", version: "1", summary: "Customer-service chat for shops.", description: "Errors are problems (RFC 9457); lists are pages of `items` with a `cursor`." },
    servers: [{ url: config.publicUrl }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths: Object.fromEntries(paths),
    webhooks,
    components: {
      schemas: book.components,
      responses: { Problem: { description: "It failed; `code` says why.", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } } },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token, or an API key (`xk_…`) within its scopes." },
        cookie: { type: "apiKey", in: "cookie", name: sessionCookieName(config), description: "The session of the web pages, from the same origin only." },
      },
    },
  };
}

/* The route of commands stands for one operation per command. */
function operationsOf({ method, pattern, description, access }: Route): Operation[] {
  if (pattern === commandPlace) return Object.keys(commands).filter(isCommandName).filter((name) => !commands[name].live).map((name) => commandOperation(name));
  return [{ method, pattern, description, rule: access === "open" || access === "known" ? null : actions[access], open: access === "open" }];
}

function commandOperation(name: CommandName): Operation {
  const { input, data } = commands[name];
  const [noun = "", verb = "give"] = name.split(":");
  const operation = `${verb}${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}Command`;
  const description = { operation, summary: `Gives the command ${name}.`, body: input, status: 200, answer: data } as const;
  return { method: "POST", pattern: commandPlace.replace("{name}", name), description, rule: commandRule(name), open: false };
}

function describeOperation(book: SchemaBook, { method, pattern, description, rule, open }: Operation): JsonSchema {
  const { operation, summary, body, form, status, repeatable = false } = description;
  const read = method === "GET";
  const content = body !== undefined ? { "application/json": { schema: book.input(body) } } : form !== undefined ? { "multipart/form-data": { schema: book.input(form) } } : null;
  const parameters = [...pathParameters(book, pattern), ...queryParameters(book, description), ...(repeatable ? [idempotencyKey] : [])];
  const problems = [400, ...(open ? [] : [401, 403]), 404, ...(read ? [] : [409]), ...(content === null ? [] : [413, 415]), ...(form === undefined ? [] : [422]), 429, 500, 503];
  return {
    operationId: operation,
    summary,
    ...(rule === null ? {} : { description: describeRule(rule) }),
    tags: [pattern.split("/")[3] ?? ""],
    ...(open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(content === null ? {} : { requestBody: { required: true, content } }),
    responses: { [status]: describeAnswer(book, description), ...Object.fromEntries(problems.map((one) => [one, { $ref: "#/components/responses/Problem" }])) },
  };
}

function describeAnswer(book: SchemaBook, { status, answer, media }: Description): JsonSchema {
  const description = status === 204 ? "Done." : status === 201 ? "Made." : "The answer.";
  if (answer !== undefined) return { description, content: { "application/json": { schema: book.output(answer) } } };
  return media === undefined ? { description } : { description, content: { [media]: {} } };
}

const idempotencyKey = {
  name: "Idempotency-Key", in: "header", required: false, schema: { type: "string", maxLength: 200 },
  description: "Makes repeats harmless for 24 hours: the same key with the same body is answered as the first time.",
};

/* All ids are ours, except the names of files. */
function pathParameters(book: SchemaBook, pattern: string): JsonSchema[] {
  return [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({ name, in: "path", required: true, schema: /id$/i.test(name) ? book.output(id) : { type: "string" } }));
}

function queryParameters(book: SchemaBook, { query }: Description): JsonSchema[] {
  if (query === undefined) return [];
  const { properties, required } = book.output(query);
  const needed: unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(Object(properties)).map(([name, schema]) => ({ name, in: "query", required: needed.includes(name), schema }));
}

function describeRule({ who, scope }: Rule): string {
  const people = { all: "everyone who is signed in", customer: "customers", staff: "staff", admin: "admins" }[who];
  const keys = scope === null ? "" : scope === "any" ? ", and every API key" : `, and API keys with the scope \`${scope}\``;
  return `For ${people}${keys}.`;
}

function describeWebhook(type: string, data: JsonSchema): JsonSchema {
  const header = (name: string, description: string) => ({ name, in: "header", required: true, schema: { type: "string" }, description });
  return {
    operationId: `receive${type.split(/[._]/).map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("")}`,
    summary: `The event ${type} (Standard Webhooks).`,
    security: [],
    parameters: [
      header("webhook-id", "The same in every attempt."),
      header("webhook-timestamp", "Of the attempt, in seconds since 1970."),
      header("webhook-signature", "`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, joined by dots."),
    ],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: { type: { const: type }, timestamp: { type: "string", format: "date-time" }, data },
            required: ["type", "timestamp", "data"],
          },
        },
      },
    },
    responses: { "2XX": { description: "Taken." }, "410": { description: "Switches the webhook off." } },
  };
}

