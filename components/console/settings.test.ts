import { describe, expect, it } from "vitest";
import { createSettings } from "./settings.ts";

function memory(text: string | null = null) {
  const kept = new Map(text === null ? [] : [["xiaoer.console", text]]);
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

describe("createSettings", () => {
  it("begins with the usual settings", () => {
    expect(createSettings(memory()).store.getState()).toMatchObject({ listWidth: 320, muted: false, sendKey: "enter" });
  });

  it("keeps what was changed", () => {
    const storage = memory();
    createSettings(storage).store.setState({ listWidth: 400, muted: true });
    expect(createSettings(storage).store.getState()).toMatchObject({ listWidth: 400, muted: true, volume: 0.7 });
  });

  it("drops only the value that does not fit", () => {
    const { store } = createSettings(memory('{"listWidth": 9000, "density": "compact", "unknown": 1}'));
    expect(store.getState()).toMatchObject({ listWidth: 320, density: "compact" });
  });

  it("works without storage and with a broken one", () => {
    expect(createSettings(null).store.getState().volume).toBe(0.7);
    expect(createSettings(memory("{")).store.getState().volume).toBe(0.7);
    const full = { getItem: () => null, setItem: () => { throw new Error("full"); } };
    const { store } = createSettings(full);
    store.setState({ muted: true });
    expect(store.getState().muted).toBe(true);
  });

  it("takes in what another tab changed", () => {
    const storage = memory();
    const [here, there] = [createSettings(storage), createSettings(storage)];
    there.store.setState({ muted: true });
    here.follow({ key: "xiaoer.console" });
    expect(here.store.getState().muted).toBe(true);
  });
});
