import { describe, expect, it } from "vitest";

import { open, type Route } from "./route.ts";
import { createRouter } from "./router.ts";

const nothing = { operation: "testNothing", summary: "", status: 204 } as const;
const answer = () => undefined;
const table: readonly Route[] = [
  open("GET /things", nothing, answer),
  open("POST /things", nothing, answer),
  open("PUT /things/me", nothing, answer),
  open("PUT /things/{id}", nothing, answer),
  open("GET /things/{id}", nothing, answer),
];
const find = createRouter(table);

function found(method: string, path: string) {
  const match = find(method, path);
  return match.kind === "route" ? [match.route.method, match.route.pattern, Object.fromEntries(match.params)] : match;
}

describe("the router", () => {
  it("finds a route and decodes what is variable in it", () => {
    expect(found("GET", "/things")).toEqual(["GET", "/things", {}]);
    expect(found("GET", "/things/a%20b")).toEqual(["GET", "/things/{id}", { id: "a b" }]);
  });

  it("prefers the more special of two patterns", () => {
    expect(found("PUT", "/things/me")).toEqual(["PUT", "/things/me", {}]);
    expect(found("GET", "/things/me")).toEqual(["GET", "/things/{id}", { id: "me" }]);
  });

  it("answers HEAD as GET", () => {
    expect(found("HEAD", "/things")).toEqual(["GET", "/things", {}]);
  });

  it("tells which methods an address knows", () => {
    expect(found("TRACE", "/things")).toEqual({ kind: "method", allow: ["GET", "HEAD", "POST", "OPTIONS"] });
    expect(found("DELETE", "/things/me")).toEqual({ kind: "method", allow: ["PUT", "GET", "HEAD", "OPTIONS"] });
  });

  it.each([
    "/", "", "//things", "/things/", "/things//", "/Things", "/things/..", "/things/%2e%2e", "/things/..%2f..%2fetc%2fpasswd", "/things/%252e%252e",
    "/things/..%5c", "/things/a%00", "/things/%E0%A4%A", "/things/1/2", "/__proto__", "/constructor", "/things/%2fetc%2fpasswd",
  ])("knows nothing of %s", (path) => {
    expect(found("GET", path)).toEqual({ kind: "none" });
  });
});
