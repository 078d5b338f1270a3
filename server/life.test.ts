import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "./config.ts";
import { explain } from "./life.ts";

/** `said` is what was written to standard output but for the log. */
type Ended = { code: number | null; said: string; log: string; err: string };

/** Runs a life in a process of its own; `act` may send it signals once it is ready. */
async function run(kind: string, act: (send: (signal: NodeJS.Signals) => void) => Promise<void> = async () => undefined): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "testing/life-fixture.ts"), kind]);
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.err += chunk.toString()));
  const ended = once(child, "close");
  while (!output.out.includes("ready") && child.exitCode === null) await Promise.race([once(child.stdout, "data"), ended]);
  await act((signal) => void child.kill(signal));
  await ended;
  const lines = output.out.trimEnd().split("\n");
  const [log, said] = [lines.filter((line) => line.startsWith("{")), lines.filter((line) => !line.startsWith("{"))];
  return { code: child.exitCode, said: said.join(" "), log: log.join("\n"), err: output.err };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends in order on %s, the last registered first", async (signal) => {
  const { code, said } = await run("plain", async (send) => send(signal));
  expect(said).toBe("ready second first");
  expect(code).toBe(0);
});

test("takes a signal that comes twice at once for one, and hurries at a later one", async () => {
  const { code, said } = await run("slow", async (send) => {
    send("SIGINT");
    send("SIGINT");
    const begun = performance.now();
    await expect.poll(() => performance.now() - begun, { timeout: 3_000 }).toBeGreaterThan(1_200);
    send("SIGTERM");
  });
  expect(said).toBe("ready hurried");
  expect(code).toBe(0);
});

test("tells a start that failed in one line, and still does what was registered", async () => {
  expect(await run("refused")).toMatchObject({ code: 1, said: "first", err: "xiaoer: the inn is closed\n" });
});

test("ends in order when an error was not caught", async () => {
  const { code, said, log, err } = await run("broken");
  expect(log).toMatch(/"level":"fatal".*nobody caught this/);
  expect(said).toBe("ready second first");
  expect(err).toBe("");
  expect(code).toBe(1);
});

test.each([
  [{ code: "EADDRINUSE", port: 3000 }, /^PORT is 3000, which another program uses already/],
  [{ code: "EACCES", syscall: "listen", port: 80 }, /^PORT is 80, which this user may not listen on/],
  [{ code: "EADDRNOTAVAIL", address: "203.0.113.5" }, /^HOST is "203.0.113.5", which is no address of this machine/],
  [{ code: "ENOSPC" }, /^the disk is full$/],
  [{ code: "EROFS", path: "/srv/x" }, /^\/srv\/x cannot be used by this user \(EROFS\)$/],
])("explains the error %o in one line", (fields, line) => {
  expect(explain(Object.assign(new Error("system"), fields))).toMatch(line);
});

test("repeats the line of a wrong setting as it is", () => {
  expect(explain(new ConfigError("PORT is \"x\"; expected a number"))).toBe('PORT is "x"; expected a number');
});
