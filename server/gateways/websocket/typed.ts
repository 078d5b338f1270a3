import { limits } from "#protocol/limits.ts";

import { DomainError } from "#server/errors.ts";

import type { Dialect, Line, Voice } from "./dialect.ts";
import { parseJson, readField } from "./json.ts";

/** `/ws`: every command and every event as `{type, content}`. */
export const typed: Dialect = { gateway: "ws", frameBytes: limits.frameBytes, shown: false, echoes: false, open };

function open(line: Line): Voice {
  // As the client's last frame had it: some of these clients can only read a content that is a string.
  let asText = false;

  const acknowledge = (id: string | number | null, content: unknown): void => line.say(JSON.stringify({ type: "ack", id, content }));

  async function run(frame: unknown): Promise<void> {
    const [type, content, id] = [readField(frame, "type"), readField(frame, "content"), readField(frame, "id")];
    const answer = await line.attempt("a frame", () => Promise.resolve(readInput(type, content)));
    if (content !== undefined) asText = typeof content === "string";
    acknowledge(isId(id) ? id : null, answer.ok ? await line.dispatch(answer.data.name, answer.data.input) : answer);
  }

  return {
    flavour: () => (asText ? "text" : "object"),
    frames: (event, payload) => [JSON.stringify({ type: event, content: asText ? JSON.stringify(payload) : payload })],
    async hear(text) {
      if (text !== "ping") return run(parseJson(text)?.value);
      const error = await line.beat();
      if (error === null) line.say("pong");
      else acknowledge(null, { ok: false, error });
    },
    refuse: (error) => acknowledge(null, { ok: false, error }),
  };
}

/** The command that a frame gives. Errors: `bad_request`. */
function readInput(type: unknown, content: unknown): { name: string; input: unknown } {
  if (typeof type !== "string") throw new DomainError("bad_request", `Send {"type": a command, "content": its input}.`);
  if (typeof content !== "string") return { name: type, input: content ?? {} };
  const parsed = parseJson(content);
  if (parsed === null) throw new DomainError("bad_request", "The content of this frame is not well-formed JSON.");
  return { name: type, input: parsed.value ?? {} };
}

/** What is sent back as it came. */
function isId(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && value.length <= 200);
}
