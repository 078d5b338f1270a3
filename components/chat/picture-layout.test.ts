import { describe, expect, it } from "vitest";
import { fitPicture, gridColumns } from "./picture-layout.ts";

describe("fitPicture", () => {
  it("keeps the shape of a picture within its bounds", () => {
    expect(fitPicture(2048, 1024)).toEqual({ width: 260, height: 130 });
    expect(fitPicture(900, 1600)).toEqual({ width: 180, height: 320 });
    expect(fitPicture(200, 150)).toEqual({ width: 200, height: 150 });
  });

  it("never draws a strip that nobody can press", () => {
    expect(fitPicture(2048, 40)).toEqual({ width: 260, height: 96 });
    expect(fitPicture(10, 10)).toEqual({ width: 96, height: 96 });
  });

  it("has a place for a picture of unknown size", () => {
    expect(fitPicture(null, 100)).toEqual({ width: 200, height: 200 });
  });
});

describe("gridColumns", () => {
  it("leaves no lone picture in the last row of four", () => {
    expect([2, 3, 4, 5, 6, 9].map(gridColumns)).toEqual([2, 3, 2, 3, 3, 3]);
  });
});
