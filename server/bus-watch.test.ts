import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { beatMs, createBusWatch } from "./bus-watch.ts";
import { createLog } from "./log.ts";

const log = createLog({ level: "silent", pretty: false });

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A watch that heard its own word and one of another node just now. */
function open() {
  const watch = createBusWatch(log);
  let number = 0;
  const hear = () => watch.accept({ from: "other", number: (number += 1), topic: "beat", payload: 0 });
  const echo = () => watch.echoed(performance.now());
  const beat = (...heard: (() => unknown)[]) => {
    vi.advanceTimersByTime(beatMs);
    for (const one of heard) one();
    watch.tick();
    return watch.health();
  };
  echo();
  hear();
  return { watch, hear, echo, beat };
}

describe("what a node concludes of the bus", () => {
  it("is that all is well while everybody is heard", () => {
    const { hear, echo, beat } = open();
    expect(Array.from({ length: 20 }, () => beat(hear, echo))).not.toContain("degraded");
  });

  it("is a doubt within 1.5 s of another node's silence, before that node counts as cut off", () => {
    const { watch, echo, beat } = open();
    expect([beat(echo), beat(echo)]).toEqual(["ok", "ok"]);
    expect(beat(echo)).toBe("degraded");
    expect(watch.peers()).toEqual(["other"]);
    for (let n = 0; n < 4; n += 1) beat(echo);
    expect(watch.peers()).toEqual([]);
  });

  it("is a doubt within 1.5 s when its own word does not come back", () => {
    const { watch, hear, beat } = open();
    expect([beat(hear), beat(hear), beat(hear)]).toEqual(["ok", "ok", "degraded"]);
    expect(watch.hears()).toBe(true);
  });

  it("is nothing when it was busy itself for a moment", () => {
    const { watch, hear, echo, beat } = open();
    vi.advanceTimersByTime(1_200);
    // The timer comes before what the sockets brought meanwhile.
    watch.tick();
    expect(watch.health()).toBe("ok");
    expect(beat(hear, echo)).toBe("ok");
  });
});
