import { describe, expect, it } from "vitest";
import { followComposition, isComposing } from "./composing.ts";

const enter = { isComposing: false, keyCode: 13, timeStamp: 1000 };

describe("isComposing", () => {
  it("is true while a candidate is open", () => {
    expect(isComposing({ isComposing: true, keyCode: 13 })).toBe(true);
  });

  it("is true for keyCode 229, which is all that Safari gives", () => {
    expect(isComposing({ isComposing: false, keyCode: 229 })).toBe(true);
  });

  it("is false for a plain Enter", () => {
    expect(isComposing(enter)).toBe(false);
  });
});

describe("followComposition", () => {
  it("swallows the Enter that confirms a candidate and comes after compositionend", () => {
    const composition = followComposition();
    composition.start();
    composition.end({ timeStamp: 990 });
    expect(composition.isComposing(enter)).toBe(true);
  });

  it("swallows a press that is stamped a little before the compositionend it caused", () => {
    const composition = followComposition();
    composition.start();
    composition.end({ timeStamp: 1004 });
    expect(composition.isComposing(enter)).toBe(true);
  });

  it("lets the second Enter through, however quick", () => {
    const composition = followComposition();
    composition.start();
    composition.end({ timeStamp: 990 });
    composition.isComposing(enter);
    expect(composition.isComposing({ ...enter, timeStamp: 1010 })).toBe(false);
  });

  it("lets an Enter through that comes well after the composition", () => {
    const composition = followComposition();
    composition.start();
    composition.end({ timeStamp: 900 });
    expect(composition.isComposing(enter)).toBe(false);
  });

  it("holds everything back between start and end, whatever the event says", () => {
    const composition = followComposition();
    composition.start();
    expect(composition.isComposing(enter)).toBe(true);
  });
});
