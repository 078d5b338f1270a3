import { describe, expect, it } from "vitest";
import { createUploadGate } from "./upload-gate.ts";

describe("the gate of uploads", () => {
  it("lets nine of one user in at once", () => {
    const gate = createUploadGate();
    const passes = Array.from({ length: 9 }, () => gate.enter("mei"));
    expect(() => gate.enter("mei")).toThrow(expect.objectContaining({ code: "rate_limited" }));
    gate.enter("lin").leave();
    passes[0]?.leave();
    passes[0]?.leave();
    gate.enter("mei");
    expect(() => gate.enter("mei")).toThrow(expect.objectContaining({ code: "rate_limited" }));
  });

  it("holds no more bytes than it may, and gets them back", () => {
    const gate = createUploadGate(100);
    const [first, second] = [gate.enter("mei"), gate.enter("lin")];
    first.hold(60);
    expect(() => second.hold(41)).toThrow(expect.objectContaining({ code: "unavailable" }));
    second.hold(40);
    first.leave();
    second.hold(60);
  });
});
