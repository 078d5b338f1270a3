import { describe, expect, it } from "vitest";
import { negotiateLocale } from "./locales.ts";

describe("negotiateLocale", () => {
  it("obeys the cookie before the browser", () => {
    expect(negotiateLocale("en", "zh-CN,zh;q=0.9")).toBe("en");
  });

  it("takes the language of the highest weight that it knows", () => {
    expect(negotiateLocale(undefined, "fr, en-GB;q=0.7, zh;q=0.8")).toBe("zh-CN");
    expect(negotiateLocale(undefined, "de;q=1, en-US;q=0.5")).toBe("en");
  });

  it("reads every Chinese as zh-CN", () => {
    expect(negotiateLocale(undefined, "zh-Hant-TW")).toBe("zh-CN");
  });

  it("leaves out what the browser refuses", () => {
    expect(negotiateLocale(undefined, "zh;q=0, en;q=0.1")).toBe("en");
  });

  it("is Chinese when nothing fits or nothing was said", () => {
    expect([null, "", "fr", ";;q=x,,"].map((header) => negotiateLocale("xx", header))).toEqual(Array(4).fill("zh-CN"));
  });
});
