import type * as z from "zod/mini";

import { answerOnce, type Once } from "#server/auth/answer-once.ts";
import type { Identity } from "#server/auth/identity.ts";
import { type Action, assertAction } from "#server/auth/policy.ts";
import type { Caller, Context } from "#server/chat/node.ts";

import { readJson } from "./body.ts";
import { readIdempotencyKey } from "./idempotency-key.ts";
import { readQuery } from "./query.ts";
import type { HttpRequest, Reply } from "./request.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Schema = z.ZodMiniType;

/** What a route takes and answers: requests are read by it, answers are typed by it, and the OpenAPI document shows it. */
export type Description = {
  /** A verb and a noun, unique: what generated clients call it. */
  readonly operation: string;
  readonly summary: string;
  readonly body?: Schema;
  /** A form instead of JSON; the handler reads it by itself. */
  readonly form?: Schema;
  readonly query?: Schema;
  /** The status of success. */
  readonly status: 200 | 201 | 204;
  /** What success answers; left out where there is no body. */
  readonly answer?: Schema;
  /** The type of an answer that is no JSON. */
  readonly media?: string;
  /** Whether an `Idempotency-Key` makes repeats harmless. */
  readonly repeatable?: boolean;
};

/** A row of the route table. */
export type Route = {
  readonly method: Method;
  /** Parts in braces are variable: `/api/v1/users/{id}`. */
  readonly pattern: string;
  /** Whether the caller is looked for: nobody's business (`open`), welcome (`known`), or needed for this action. */
  readonly access: Action | "open" | "known";
  readonly description: Description;
  readonly run: (context: Context, request: HttpRequest) => Reply | Promise<Reply>;
};

type Place = `${Method} /${string}`;
/** A description with the types of its schemas. */
type Typed<Body, Query, Answer> = Description & {
  readonly body?: z.ZodMiniType<Body>;
  readonly query?: z.ZodMiniType<Query>;
  readonly answer?: z.ZodMiniType<Answer>;
};
/** A request whose body and query have the shape that its route describes. */
export type Input<Body, Query> = HttpRequest & { readonly body: Body; readonly query: Query };
type Answering<Who, Body, Query, Answer, More = unknown> = (who: Who, input: Input<Body, Query> & More) => NoInfer<Answer> | Promise<NoInfer<Answer>>;

/** A route for everybody, which does not look who asks. */
export function open<Body, Query, Answer>(place: Place, description: Typed<Body, Query, Answer>, run: Answering<Context, Body, Query, Answer>): Route {
  return { ...readPlace(place), access: "open", description, run: (context, request) => answer(context, { request, description, run }) };
}

/** A route for those who may do `action`, with the general limit per user. */
export function guarded<Body, Query, Answer>(
  place: Place,
  { action, ...description }: Typed<Body, Query, Answer> & { readonly action: Action },
  run: Answering<Caller, Body, Query, Answer>,
): Route {
  return {
    ...readPlace(place),
    access: action,
    description,
    async run(context, request) {
      const caller = admit(context, action);
      await caller.node.limits.consume("command", { key: caller.identity.userId, address: caller.address });
      return answer(caller, { request, description, run });
    },
  };
}

/** A guarded route that makes something: with an `Idempotency-Key`, once. `run` makes it inside `input.once`. */
export function making<Body, Query, Answer>(
  place: Place,
  description: Typed<Body, Query, Answer> & { readonly action: Action; readonly answer: z.ZodMiniType<Answer> },
  run: Answering<Caller, Body, Query, Answer, { readonly once: Once<Answer> }>,
): Route {
  return guarded(place, { ...description, repeatable: true }, (caller, input) => {
    const onRepeat = (): void => void input.res.setHeader("Idempotency-Replayed", "true");
    const request = { key: readIdempotencyKey(input), operation: description.operation, body: input.body, answer: description.answer, onRepeat };
    return run(caller, { ...input, once: answerOnce(caller.node, caller.identity, request) });
  });
}

/** A route that looks who asks, reads what it needs and replies by itself. */
export function known(place: Place, description: Description, run: Route["run"]): Route {
  return { ...readPlace(place), access: "known", description, run };
}

/** A route for everybody that replies by itself. */
export function served(place: Place, description: Description, run: Route["run"]): Route {
  return { ...readPlace(place), access: "open", description, run };
}

type Work<Who, Body, Query, Answer> = { request: HttpRequest; description: Typed<Body, Query, Answer>; run: Answering<Who, Body, Query, Answer> };

async function answer<Who, Body, Query, Answer>(who: Who, { request, description, run }: Work<Who, Body, Query, Answer>): Promise<Reply> {
  const { status } = description;
  const query = await readPart(description.query, (schema) => readQuery(request, schema));
  const body = await readPart(description.body, (schema) => readJson(request, schema));
  const said = await run(who, { ...request, body, query });
  return status === 204 ? { status } : { status, body: said };
}

/* Without a schema nothing is read, and `Part` is then `unknown`. */
function readPart<Part>(schema: z.ZodMiniType<Part> | undefined, read: (schema: z.ZodMiniType<Part>) => Part | Promise<Part>): Promise<Part>;
async function readPart(schema: Schema | undefined, read: (schema: Schema) => unknown): Promise<unknown> {
  return schema === undefined ? undefined : read(schema);
}

function admit(context: Context, action: Action): Caller {
  const identity: Identity | null = context.identity;
  assertAction(identity, action);
  return { ...context, identity };
}

function readPlace(place: Place): Pick<Route, "method" | "pattern"> {
  const [method, pattern = ""] = place.split(" ");
  const known = (["GET", "POST", "PUT", "PATCH", "DELETE"] as const).find((one) => one === method);
  return { method: known ?? "GET", pattern };
}
