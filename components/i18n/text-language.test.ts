import { expect, it } from "vitest";
import { textLanguage } from "./text-language.ts";

it("tells a language from its script, and leaves open what shares the Latin one", () => {
  expect(["这把壶 500ml 的有吗？", "在庫はありますか", "안녕하세요", "It’s this one", "Où est ma commande ?", "12 %"].map(textLanguage)).toEqual(["zh-CN", "ja", "ko", "", "", ""]);
});
