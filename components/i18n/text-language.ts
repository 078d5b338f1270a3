/**
 * The value of `lang` for words that someone wrote, whatever language the page is in: it decides on the forms of
 * Chinese characters and of quotation marks, and on the voice of a screen reader. Empty: some language that is not
 * told from its script.
 */
export function textLanguage(text: string): "zh-CN" | "ja" | "ko" | "" {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  return /\p{Script=Han}/u.test(text) ? "zh-CN" : "";
}
