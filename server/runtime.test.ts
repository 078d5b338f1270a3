import { afterEach, expect, test, vi } from "vitest";
import { forget, remember } from "./runtime.ts";

afterEach(() => forget("test"));

test("makes a thing once, however often it is asked for", () => {
  let made = 0;
  const ask = () => remember("test", () => ({ number: ++made }));
  expect(ask()).toBe(ask());
  expect(made).toBe(1);
});

test("remembers what another copy of the module made", async () => {
  vi.resetModules();
  const copy = await import("./runtime.ts");
  const first = remember("test", () => ({ from: "first" }));
  expect(copy.remember).not.toBe(remember);
  expect(copy.remember("test", () => ({ from: "copy" }))).toBe(first);
});

test("remembers undefined too", () => {
  let made = 0;
  const ask = () => remember("test", () => void made++);
  ask();
  ask();
  expect(made).toBe(1);
});

test("makes it anew once forgotten", () => {
  remember("test", () => 1);
  forget("test");
  expect(remember("test", () => 2)).toBe(2);
});
