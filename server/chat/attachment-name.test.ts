import { describe, expect, it } from "vitest";
import { cleanAttachmentName, contentDisposition } from "./attachment-name.ts";

describe("the name of an attachment", () => {
  it.each([
    ["photo.png", "photo.png"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\me\\x.jpg", "x.jpg"],
    ["a\0b\r\nc\u007f.png", "abc.png"],
    ["\u202Egnp.exe", "gnp.exe"],
    ["a\u200B\u2066b\uFEFF.png", "ab.png"],
    ["猫\uD800的照片.webp", "猫的照片.webp"],
    ["  x.png ", "x.png"],
    ["con.png", "con.png"],
    ["", "image"],
    ["..", "image"],
    ["/", "image"],
    ["\u202E", "image"],
    ["e\u0301.png", "é.png"],
  ])("%j is shown as %j", (given, shown) => {
    expect(cleanAttachmentName(given)).toBe(shown);
  });

  it("is cut to 200 characters, never within one", () => {
    expect(cleanAttachmentName("x".repeat(5_000))).toHaveLength(200);
    expect(cleanAttachmentName(`${"x".repeat(199)}😀`)).toBe("x".repeat(199));
  });

  it.each([
    ["photo.png", "image/webp", `inline; filename="photo.webp"; filename*=UTF-8''photo.webp`],
    ["photo.JPEG", "image/jpeg", `inline; filename="photo.jpg"; filename*=UTF-8''photo.jpg`],
    [`"; filename=x.html`, "image/jpeg", `inline; filename="__ filename_x.html.jpg"; filename*=UTF-8''%22%3B%20filename%3Dx.html.jpg`],
    ["猫.png", "image/webp", `inline; filename="_.webp"; filename*=UTF-8''%E7%8C%AB.webp`],
    ["it's (1)*.png", "image/webp", `inline; filename="it_s (1)_.webp"; filename*=UTF-8''it%27s%20%281%29%2A.webp`],
    ["100%.png", "image/webp", `inline; filename="100_.webp"; filename*=UTF-8''100%25.webp`],
  ])("%j of %s is told to browsers as what it is now", (name, mime, header) => {
    expect(contentDisposition(name, mime)).toBe(header);
  });
});
