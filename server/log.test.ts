import { expect, test } from "vitest";
import { createLog, type Log } from "./log.ts";

function linesOf(write: (log: Log) => void): string {
  const lines: string[] = [];
  write(createLog({ level: "info", pretty: false, destination: { write: (line: string) => void lines.push(line) } }));
  return lines.join("");
}

test("writes one JSON object a line", () => {
  const line = linesOf((log) => log.child({ node: "n1" }).info({ sessions: 3 }, "ready"));
  expect(JSON.parse(line)).toEqual({ level: "info", time: expect.stringMatching(/Z$/), node: "n1", sessions: 3, msg: "ready" });
});

test("leaves out what is below its level", () => {
  expect(linesOf((log) => log.debug("not now"))).toBe("");
});

test.each(["token", "ticket", "identity", "password", "secret", "authorization", "cookie", "set-cookie", "auth", "body", "text"])("hides %s at any usual depth", (name) => {
  const secret = { [name]: "hunter2" };
  const output = linesOf((log) => {
    log.warn(secret, "one");
    log.warn({ input: secret }, "two");
    log.warn({ request: { headers: secret } }, "three");
    log.warn({ frame: { content: { message: secret } } }, "four");
  });
  expect(output.trim().split("\n")).toHaveLength(4);
  expect(output).not.toContain("hunter2");
});

test("never writes the query of a URL", () => {
  expect(linesOf((log) => log.info({ url: "/ws?token=hunter2" }, "upgrade"))).toContain('"url":"/ws"');
});

test("writes errors with their stack, code and cause, but not the row that a database error repeats", () => {
  const cause = Object.assign(new Error("duplicate key"), { code: "23505", detail: "Key (email)=(ann@shop.example) already exists." });
  const error = new Error("not written", { cause });
  const output = linesOf((log) => log.error({ err: error }, "write failed"));
  expect(JSON.parse(output)).toMatchObject({ err: { message: "not written", stack: expect.stringContaining("log.test.ts"), cause: { message: "duplicate key", code: "23505" } } });
  expect(output).not.toContain("ann@shop.example");
});
