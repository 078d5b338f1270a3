import type { Route } from "./route.ts";

/** What a path leads to: a route, only other methods of it, or nothing. */
export type Match =
  | { readonly kind: "route"; readonly route: Route; readonly params: ReadonlyMap<string, string> }
  | { readonly kind: "method"; readonly allow: readonly string[] }
  | { readonly kind: "none" };

/** Makes the look-up over a table in which the more special of two patterns stands first. HEAD is answered as GET. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const table = routes.map((route) => ({ route, parts: route.pattern.split("/").slice(1) }));
  return (method, path) => {
    const parts = path.split("/").slice(1).map(decodePart);
    const wanted = method === "HEAD" ? "GET" : method;
    const allow = new Set<string>();
    for (const { route, parts: pattern } of table) {
      const params = matchParts(pattern, parts);
      if (params === null) continue;
      if (route.method === wanted) return { kind: "route", route, params };
      allow.add(route.method);
      if (route.method === "GET") allow.add("HEAD");
    }
    return allow.size === 0 ? { kind: "none" } : { kind: "method", allow: [...allow, "OPTIONS"] };
  };
}

/** Null for what no part of a path of ours is: empty, not decodable, a step up, or a path in itself. */
function decodePart(raw: string): string | null {
  try {
    const part = decodeURIComponent(raw);
    return part === "" || part === "." || part === ".." || /[/\\%\p{Cc}]/u.test(part) ? null : part;
  } catch {
    return null;
  }
}

function matchParts(pattern: readonly string[], parts: readonly (string | null)[]): ReadonlyMap<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params = new Map<string, string>();
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? null;
    if (part === null) return null;
    if (expected.startsWith("{")) params.set(expected.slice(1, -1), part);
    else if (part !== expected) return null;
  }
  return params;
}
