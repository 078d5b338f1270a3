import * as z from "zod/mini";

import { apiKey, webhook, webhookDelivery } from "#protocol/developers.ts";
import { noticeReceipt, sessionRow, staffUser } from "#protocol/http.ts";
import { problem } from "#protocol/http-answers.ts";
import { attachment, conversation, hiddenMessage, message, notice, ownConversation, page, presence, receipts, user, waiter } from "#protocol/objects.ts";

import type { Schema } from "./route.ts";

export type JsonSchema = Record<string, unknown>;

/** What has a name in the document; the rest is written out where it stands. */
const named = {
  ApiKey: apiKey, Attachment: attachment, Conversation: conversation, HiddenMessage: hiddenMessage, Message: message, Notice: notice, NoticeReceipt: noticeReceipt,
  OwnConversation: ownConversation, Page: page, Presence: presence, Problem: problem, Receipts: receipts, Session: sessionRow, StaffUser: staffUser, User: user,
  Waiter: waiter, Webhook: webhook, WebhookDelivery: webhookDelivery,
} as const;

const names = z.registry<{ id?: string }>();
for (const [name, schema] of Object.entries(named)) names.add(schema, { id: name });

/** Turns schemas into those of a document, and gathers the named ones. */
export type SchemaBook = {
  /** What comes in: what a client may leave out is optional. */
  input(schema: Schema): JsonSchema;
  /** What goes out, and what the values of a query are read as. */
  output(schema: Schema): JsonSchema;
  readonly components: JsonSchema;
};

export function createSchemaBook(): SchemaBook {
  const components: JsonSchema = {};

  function write(schema: Schema, io: "input" | "output"): JsonSchema {
    const { $schema: _, $defs, ...written } = z.toJSONSchema(schema, { io, metadata: names, unrepresentable: "any", override: ({ jsonSchema }) => simplify(jsonSchema) });
    for (const [name, definition] of Object.entries($defs ?? {})) components[name] = rename(definition);
    return Object(rename(written));
  }

  return { input: (schema) => write(schema, "input"), output: (schema) => write(schema, "output"), components };
}

/* Answers may get more fields; and what a format says, no pattern need say again. */
function simplify(schema: JsonSchema): void {
  if (schema["additionalProperties"] === false) delete schema["additionalProperties"];
  if (["uuid", "date-time", "email"].includes(String(schema["format"]))) delete schema["pattern"];
  if (schema["maximum"] === Number.MAX_SAFE_INTEGER) delete schema["maximum"];
  if (schema["minimum"] === Number.MIN_SAFE_INTEGER) delete schema["minimum"];
}

/* Named schemas stand among the components of the document. */
function rename(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rename);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== "id" || typeof Reflect.get(value, "id") !== "string").map(([key, part]) => [
      key, key === "$ref" && typeof part === "string" ? part.replace("#/$defs/", "#/components/schemas/") : rename(part),
    ]),
  );
}
