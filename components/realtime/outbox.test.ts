import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { createModelSender, draft, emptied, failed, guest, openTab, pending, refusal, texts } from "./testing/outbox-tab.ts";
import { until } from "./testing/until.ts";

describe("the outbox", () => {
  it("sends in the order of writing, one at a time", async () => {
    const server = createModelSender();
    let running = 0;
    let most = 0;
    const tab = openTab("order", {
      async send(input) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((done) => setImmediate(done));
        running -= 1;
        return server.send(input);
      },
    });
    const written = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    for (const text of written) tab.outbox.add({ ...draft, text });
    expect(pending(tab.store.getState()).map((one) => one.text)).toEqual(written);
    await emptied(tab);
    expect(texts(server.stored)).toEqual(written);
    expect(most).toBe(1);
  });

  it("sends the same id again after an answer was lost, and is stored once", async () => {
    const server = createModelSender();
    server.next("lose the answer", "lose the answer");
    const tab = openTab("lost", server);
    tab.outbox.add({ ...draft, text: "one" });
    tab.outbox.add({ ...draft, text: "two" });
    await emptied(tab);
    expect(texts(server.asked)).toEqual(["one", "one", "one", "two"]);
    expect(texts(server.stored)).toEqual(["one", "two"]);
  });

  it("keeps everything in order through 30 % of lost questions and answers", async () => {
    const server = createModelSender();
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const tab = openTab("lossy", {
      async send(input) {
        if (random() < 0.15) throw refusal("unavailable");
        if (random() < 0.15) server.next("lose the answer");
        return server.send(input);
      },
    });
    const written = Array.from({ length: 150 }, (_, n) => `line ${n}`);
    for (const text of written) tab.outbox.add({ ...draft, text });
    await emptied(tab);
    expect(texts(server.stored)).toEqual(written);
  });

  it("waits while there is no connection, and goes on with it", async () => {
    const server = createModelSender();
    const tab = openTab("offline", server, { live: false });
    tab.outbox.add({ ...draft, text: "later" });
    expect(pending(tab.store.getState())).toMatchObject([{ state: "sending" }]);
    expect(server.asked).toEqual([]);
    tab.setLive(true);
    await emptied(tab);
    expect(texts(server.stored)).toEqual(["later"]);
  });

  it("shows a refusal as failed, sends what follows, and tries again with the same id", async () => {
    const server = createModelSender();
    server.next("conflict");
    const tab = openTab("refused", server);
    const id = tab.outbox.add({ ...draft, text: "refused" });
    tab.outbox.add({ ...draft, text: "next" });
    const state = await until(tab.store, (now) => pending(now).length === 1 && pending(now)[0]?.state === "failed");
    expect(pending(state)).toMatchObject([{ clientMsgId: id, text: "refused", failure: { code: "conflict" } }]);
    expect(texts(server.stored)).toEqual(["next"]);
    tab.outbox.retry(id);
    await emptied(tab);
    expect(server.stored.map((input) => input.clientMsgId)).toContain(id);
  });

  it("keeps a failed message over a reload, and forgets a discarded one", async () => {
    const server = createModelSender();
    server.next("forbidden");
    const tab = openTab("kept", server);
    const id = tab.outbox.add({ ...draft, text: "not allowed" });
    await failed(tab);
    tab.outbox.close();
    const reloaded = openTab("kept", server);
    reloaded.outbox.wake();
    await failed(reloaded);
    reloaded.outbox.discard(id);
    await emptied(reloaded);
    reloaded.outbox.close();
    const again = openTab("kept", server);
    again.outbox.add({ ...draft, text: "fresh" });
    again.outbox.wake();
    await emptied(again);
    expect(texts(server.stored)).toEqual(["fresh"]);
  });

  it("gives up after a day, and a retry starts the day anew", async () => {
    const server = createModelSender();
    const tab = openTab("old", server, { live: false });
    const now = Date.now;
    Date.now = () => now() + 25 * 3_600_000;
    try {
      const id = tab.outbox.add({ ...draft, text: "old" });
      await until(tab.store, (state) => pending(state).length === 1);
      tab.setLive(true);
      const state = await failed(tab);
      expect(pending(state)).toMatchObject([{ text: "old", failure: { code: "unavailable" } }]);
      Date.now = now;
      tab.outbox.retry(id);
      await emptied(tab);
    } finally {
      Date.now = now;
    }
    expect(texts(server.stored)).toEqual(["old"]);
  });

  it("loses nothing when two tabs send at once", async () => {
    const server = createModelSender();
    const [one, two] = [openTab("tabs", server, { live: false }), openTab("tabs", server, { live: false })];
    for (let n = 0; n < 10; n += 1) {
      one.outbox.add({ ...draft, text: `one ${n}` });
      two.outbox.add({ ...draft, text: `two ${n}` });
    }
    one.setLive(true);
    two.setLive(true);
    await Promise.all([emptied(one), emptied(two)]);
    expect(server.stored.length).toBe(20);
    for (const name of ["one", "two"]) {
      expect(texts(server.stored).filter((text) => text?.startsWith(name))).toEqual(Array.from({ length: 10 }, (_, n) => `${name} ${n}`));
    }
  });

  it("sends in memory and says so when the browser has no storage", async () => {
    const server = createModelSender();
    const { indexedDB } = globalThis;
    Reflect.deleteProperty(globalThis, "indexedDB");
    try {
      const tab = openTab("none", server);
      tab.outbox.add({ ...draft, text: "kept in memory" });
      await emptied(tab);
      expect(tab.store.getState().outboxDurable).toBe(false);
    } finally {
      globalThis.indexedDB = indexedDB;
    }
    expect(texts(server.stored)).toEqual(["kept in memory"]);
  });

  it("never sends what another person wrote in this browser", async () => {
    const server = createModelSender();
    const member = { ...guest, guest: false, externalId: "42" };
    const first = openTab("shared", server, { live: false, me: () => member });
    first.outbox.add({ ...draft, text: "of the first" });
    await until(first.store, (state) => pending(state).length === 1);
    first.outbox.close();
    const second = openTab("shared", server, { me: () => ({ ...member, id: "0197a000-0000-7000-8000-000000000099" }) });
    second.outbox.add({ ...draft, text: "of the second" });
    second.outbox.wake();
    await emptied(second);
    expect(texts(server.stored)).toEqual(["of the second"]);
  });
});
