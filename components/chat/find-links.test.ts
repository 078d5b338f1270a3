import { describe, expect, it } from "vitest";
import { findLinks } from "./find-links.ts";

const links = (text: string) => findLinks(text).flatMap(({ href }) => href ?? []);

describe("findLinks", () => {
  it("finds addresses between words and Chinese", () => {
    expect(findLinks("看 https://example.com/a?b=1，谢谢")).toEqual([
      { text: "看 ", href: null },
      { text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
      { text: "，谢谢", href: null },
    ]);
    expect(links("请打开https://example.com/订单")).toEqual(["https://example.com/"]);
  });

  it("leaves the end of a sentence out", () => {
    expect(links("See https://example.com/x). And www.example.org!")).toEqual(["https://example.com/x", "https://www.example.org/"]);
  });

  it("makes no link of any other scheme or of half an address", () => {
    expect(links("javascript:alert(1) data:text/html,x https:// http://localhost ftp://example.com")).toEqual([]);
  });

  it("gives the whole text back", () => {
    const text = "a https://example.com b\nc www.x.org.";
    expect(findLinks(text).map((part) => part.text).join("")).toBe(text);
    expect(findLinks("")).toEqual([]);
  });
});
