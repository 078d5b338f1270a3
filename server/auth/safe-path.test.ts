import { expect, test } from "vitest";
import { safePath } from "./safe-path.ts";

test.each(["/console", "/", "/admin/notices?tab=drafts#top", "/console?next=https://evil.example"])("keeps %s", (path) => {
  expect(safePath(path, "/console")).toBe(path);
});

test.each([
  "https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/a\\b", "javascript:alert(1)",
  "", "console", "/\u0000", null, undefined, 5, ["/console"], { toString: "/x" },
])("S55: refuses %j", (path) => {
  expect(safePath(path, "/console")).toBe("/console");
});

test("refuses what is too long for a header", () => {
  expect(safePath(`/${"a".repeat(3_000)}`, "/console")).toBe("/console");
});

test("answers nothing that a browser takes to another place", () => {
  for (const path of ["/./", "/..//evil.example", "/.//evil.example", "/%2e%2e//evil.example", "/%2f/evil.example"]) {
    const url = new URL(safePath(path, "/console"), "http://localhost:3000");
    expect(url.origin).toBe("http://localhost:3000");
  }
});
