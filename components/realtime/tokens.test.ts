import { beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { customerTokens } from "./tokens.ts";

let node: TestNode;
beforeAll(async () => {
  node = await startTestNode();
});

/** What a browser keeps; gone after the test. */
function keepStorage(): Map<string, string> {
  const items = new Map<string, string>();
  const storage: Pick<Storage, "getItem" | "setItem"> = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(globalThis, "localStorage"));
  return items;
}

function saved(items: Map<string, string>): Record<string, unknown> {
  const [text = "{}"] = items.values();
  const value: Record<string, unknown> = JSON.parse(text);
  return value;
}

function age(items: Map<string, string>, change: Record<string, unknown>): void {
  for (const key of items.keys()) items.set(key, JSON.stringify({ ...saved(items), ...change }));
}

describe("a customer's tokens", () => {
  it("make a guest at first and are the same guest's on return", async () => {
    keepStorage();
    const first = await customerTokens({ origin: node.url, locale: "en" }).current();
    expect(first.user).toMatchObject({ role: "customer", guest: true });
    const second = await customerTokens({ origin: node.url }).current();
    expect(second.token).toBe(first.token);
  });

  it("are refreshed after a day, for the same guest", async () => {
    const items = keepStorage();
    const first = await customerTokens({ origin: node.url }).current();
    age(items, { savedAt: Date.now() - 2 * 86_400_000 });
    const second = await customerTokens({ origin: node.url }).current();
    expect(second.user.id).toBe(first.user.id);
    expect(Number(saved(items)["savedAt"])).toBeGreaterThan(Date.now() - 60_000);
  });

  it("stay the same guest's in a browser whose clock is days ahead", async () => {
    const items = keepStorage();
    const first = await customerTokens({ origin: node.url }).current();
    age(items, { expiresAt: "2020-01-01T00:00:00.000Z", savedAt: Date.now() + 3 * 86_400_000 });
    const second = await customerTokens({ origin: node.url }).current();
    expect(second.user.id).toBe(first.user.id);
  });

  it("become a new guest's when the server knows the old one no more", async () => {
    const items = keepStorage();
    const tokens = customerTokens({ origin: node.url });
    const first = await tokens.current();
    age(items, { token: "of another installation" });
    const second = await tokens.renew();
    expect(second.user.id).not.toBe(first.user.id);
    expect((await tokens.current()).token).toBe(second.token);
  });

  it("live as long as the page when nothing can be stored", async () => {
    const tokens = customerTokens({ origin: node.url });
    const first = await tokens.current();
    expect((await tokens.current()).token).toBe(first.token);
  });

  it("never make a new guest because the server does not answer", async () => {
    const items = keepStorage();
    const first = await customerTokens({ origin: node.url }).current();
    await expect(customerTokens({ origin: "http://127.0.0.1:9" }).renew()).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(saved(items)["token"]).toBe(first.token);
  });
});
