/** A source that the linter is shown. A `*` in the path becomes a name of its own. */
type Fixture = { readonly title: string; readonly path: string; readonly source: string };

type Broken = Fixture & { readonly rule: string };

const imports = "eslint(no-restricted-imports)";

/** One import in one file, which the import law forbids there. */
function crossing(path: string, specifier: string): Broken {
  return { title: `${specifier} in ${path}`, path, source: `import "${specifier}";\n`, rule: imports };
}

function allowed(path: string, specifier: string): Fixture {
  return { title: `${specifier} in ${path}`, path, source: `import "${specifier}";\n` };
}

/** Each of these breaks the house law once, by the rule that it names. */
export const broken: readonly Broken[] = [
  crossing("protocol/*.ts", "zod"),
  crossing("protocol/*.ts", "#server/config.ts"),
  crossing("protocol/*.ts", "node:crypto"),
  crossing("protocol/*.ts", "react"),
  crossing("protocol/*.test.ts", "#server/config.ts"),
  crossing("widget/*.ts", "#components/ui/button.tsx"),
  crossing("widget/*.ts", "zod/mini"),
  crossing("components/chat/*.tsx", "#server/chat/messages.ts"),
  crossing("components/chat/*.tsx", "#app/page.tsx"),
  crossing("components/chat/*.tsx", "next/headers"),
  crossing("components/chat/*.tsx", "next-auth"),
  crossing("components/theme/server.ts", "#server/config.ts"),
  crossing("components/chat/*.tsx", "#prisma/generated/client.ts"),
  crossing("components/chat/*.tsx", "zod"),
  crossing("app/console/*.tsx", "#server/database/client.ts"),
  crossing("app/console/*.tsx", "#server/gateways/upgrade.ts"),
  crossing("app/console/*.tsx", "#server/bus.ts"),
  crossing("app/console/*.tsx", "#prisma/generated/client.ts"),
  crossing("app/console/*.tsx", "pg"),
  crossing("server/config.ts", "#server/database/client.ts"),
  crossing("server/log.ts", "./chat/messages.ts"),
  crossing("server/metrics.ts", "./bus.ts"),
  crossing("server/platform.ts", "./chat/node.ts"),
  crossing("server/bus.ts", "#server/chat/messages.ts"),
  crossing("server/database/*.ts", "#server/auth/tokens.ts"),
  crossing("server/storage/*.ts", "#server/chat/attachments.ts"),
  crossing("server/auth/*.ts", "#server/chat/messages.ts"),
  crossing("server/auth/*.ts", "#server/gateways/upgrade.ts"),
  crossing("server/chat/*.ts", "#server/gateways/upgrade.ts"),
  crossing("server/chat/*.ts", "#server/index.ts"),
  crossing("server/chat/*.ts", "socket.io"),
  crossing("server/chat/*.ts", "ws"),
  crossing("server/chat/*.ts", "node:http"),
  crossing("server/chat/*.ts", "#components/chat/bubble.tsx"),
  crossing("server/chat/*.ts", "zod"),
  crossing("server/gateways/http/*.ts", "#server/database/client.ts"),
  crossing("server/gateways/http/*.ts", "zod"),
  crossing("server/gateways/http/*.ts", "node:process"),
  {
    title: "a room loaded by import()", path: "components/chat/*.ts", rule: "house(no-dynamic-room-import)",
    source: `export const load = () => import("#server/chat/messages.ts");\n`,
  },
  {
    title: "a type of another room by import()", path: "components/chat/*.ts", rule: "house(no-dynamic-room-import)",
    source: `export type Row = import("#server/chat/messages.ts").Row;\n`,
  },
  {
    title: "a re-export across rooms", path: "components/chat/*.ts", rule: imports,
    source: `export { sendMessage } from "#server/chat/messages.ts";\n`,
  },
  {
    title: "an import that climbs", path: "components/chat/*.ts", rule: "house(no-parent-import)",
    source: `import "../../server/chat/messages.ts";\n`,
  },
  {
    title: "process.env outside config.ts", path: "server/chat/*.ts", rule: "node(no-process-env)",
    source: `export const port = process.env["PORT"];\n`,
  },
  {
    title: "a promise nobody waits for", path: "server/chat/*.ts", rule: "typescript(no-floating-promises)",
    source: `declare function save(): Promise<void>;\nexport function run(): void {\n  save();\n}\n`,
  },
  {
    title: "an async function where a plain one is expected", path: "server/chat/*.ts", rule: "typescript(no-misused-promises)",
    source: `declare function save(): Promise<void>;\n[1].forEach(async () => {\n  await save();\n});\n`,
  },
  {
    title: "a switch that forgets a case", path: "server/chat/*.ts", rule: "typescript(switch-exhaustiveness-check)",
    source: `export function name(kind: "text" | "image"): void {\n  switch (kind) {\n    case "text":\n      break;\n  }\n}\n`,
  },
  { title: "any", path: "server/chat/*.ts", rule: "typescript(no-explicit-any)", source: `export function read(row: any): void {\n  void row;\n}\n` },
  {
    title: "a non-null assertion", path: "server/chat/*.ts", rule: "typescript(no-non-null-assertion)",
    source: `export function first(rows: string[]): string {\n  return rows[0]!;\n}\n`,
  },
  {
    title: "a type assertion", path: "server/chat/*.ts", rule: "typescript(consistent-type-assertions)",
    source: `export function text(row: unknown): string {\n  return row as string;\n}\n`,
  },
  {
    title: "a type imported as a value", path: "server/chat/*.ts", rule: "typescript(consistent-type-imports)",
    source: `import { Row } from "./rows.ts";\nexport type Rows = Row[];\n`,
  },
  {
    title: "a silenced compiler", path: "server/chat/*.ts", rule: "typescript(ban-ts-comment)",
    source: `// @ts-ignore\nexport const port: number = 1;\n`,
  },
  {
    title: "a variable updated across an await", path: "server/chat/*.ts", rule: "house(require-atomic-updates)",
    source: `declare function read(): Promise<number>;\nlet total = 0;\nexport async function add(): Promise<void> {\n  total += await read();\n}\nexport const sum = () => total;\n`,
  },
  {
    title: "a property updated across an await", path: "server/chat/*.ts", rule: "house(no-await-in-update)",
    source: `declare function read(): Promise<number>;\nexport async function add(count: { n: number }): Promise<void> {\n  count.n += await read();\n}\n`,
  },
  {
    title: "a property read, awaited and written", path: "server/chat/*.ts", rule: "house(no-await-in-update)",
    source: `declare function read(): Promise<number>;\nexport async function add(count: { n: number }): Promise<void> {\n  count.n = count.n + (await read());\n}\n`,
  },
  { title: "==", path: "server/chat/*.ts", rule: "eslint(eqeqeq)", source: `export const same = (a: string, b: string): boolean => a == b;\n` },
  { title: "console", path: "server/chat/*.ts", rule: "eslint(no-console)", source: `console.log("here");\n` },
  {
    title: "four parameters", path: "server/chat/*.ts", rule: "eslint(max-params)",
    source: `export function add(a: number, b: number, c: number, d: number): number {\n  return a + b + c + d;\n}\n`,
  },
  { title: "a file of 301 lines", path: "server/chat/*.ts", rule: "eslint(max-lines)", source: `export const a = 1;\n${"// line\n".repeat(300)}` },
  {
    title: "raw SQL from a string", path: "server/chat/*.ts", rule: "eslint(no-restricted-properties)",
    source: `declare const prisma: { $queryRawUnsafe(sql: string): void };\nprisma.$queryRawUnsafe("select 1");\n`,
  },
  {
    title: "raw commands from a string", path: "server/chat/*.ts", rule: "eslint(no-restricted-properties)",
    source: `declare const prisma: { $executeRawUnsafe(sql: string): void };\nprisma.$executeRawUnsafe("select 1");\n`,
  },
  {
    title: "HTML from a string", path: "components/chat/*.tsx", rule: "react(no-danger)",
    source: `export const Text = ({ html }: { html: string }) => <p dangerouslySetInnerHTML={{ __html: html }} />;\n`,
  },
  {
    title: "a conditional hook", path: "components/chat/*.tsx", rule: "react-hooks(rules-of-hooks)",
    source: `import { useState } from "react";\nexport function Row({ on }: { on: boolean }) {\n  if (on) useState(0);\n  return null;\n}\n`,
  },
  {
    title: "an effect that hides what it depends on", path: "components/chat/*.tsx", rule: "react-hooks(exhaustive-deps)",
    source: `import { useEffect } from "react";\nexport function Row({ id, load }: { id: string; load: (id: string) => void }) {\n  useEffect(() => load(id), []);\n  return null;\n}\n`,
  },
  {
    title: "an image without a text for those who cannot see it", path: "components/chat/*.tsx", rule: "jsx-a11y(alt-text)",
    source: `export const Photo = () => <img src="/photo.webp" />;\n`,
  },
  {
    title: "a test that is the only one", path: "server/chat/*.test.ts", rule: "vitest(no-focused-tests)",
    source: `import { expect, it } from "vitest";\nit.only("adds", () => {\n  expect(1 + 1).toBe(2);\n});\n`,
  },
  {
    title: "a test that is left out", path: "server/chat/*.test.ts", rule: "vitest(no-disabled-tests)",
    source: `import { expect, it } from "vitest";\nit.skip("adds", () => {\n  expect(1 + 1).toBe(2);\n});\n`,
  },
];

/** What the law allows, and a rule that is written too widely would forbid. */
export const clean: readonly Fixture[] = [
  allowed("protocol/*.ts", "zod/mini"),
  allowed("protocol/*.ts", "./objects.ts"),
  allowed("protocol/*.test.ts", "fast-check"),
  allowed("widget/*.ts", "#protocol/events.ts"),
  allowed("components/chat/*.tsx", "#protocol/events.ts"),
  allowed("components/chat/*.tsx", "socket.io-client"),
  allowed("components/chat/*.tsx", "next-auth/react"),
  allowed("components/chat/*.tsx", "next/navigation"),
  allowed("components/chat/server.ts", "next/headers"),
  allowed("app/console/*.tsx", "#server/chat/conversations.ts"),
  allowed("app/console/*.tsx", "#server/auth/guards.ts"),
  allowed("app/console/*.tsx", "#components/console/inbox.tsx"),
  allowed("server/auth/*.ts", "#server/database/client.ts"),
  allowed("server/chat/*.ts", "#server/auth/policy.ts"),
  allowed("server/chat/*.ts", "#server/database/client.ts"),
  allowed("server/chat/*.test.ts", "#server/testing/database.ts"),
  allowed("server/gateways/socketio/*.ts", "#server/chat/dispatch.ts"),
  allowed("server/gateways/socketio/*.ts", "socket.io"),
  allowed("server/gateways/http/openapi.ts", "zod"),
  allowed("server/index.ts", "./gateways/upgrade.ts"),
  { title: "as const", path: "protocol/*.ts", source: `export const roles = ["customer", "agent"] as const;\n` },
  { title: "process.env in a script", path: "scripts/*.mjs", source: `console.log(process.env["PORT"]);\n` },
  {
    title: "a component loaded late", path: "components/chat/*.ts",
    source: `export const load = () => import("#components/chat/lightbox.tsx");\n`,
  },
  {
    title: "a property written after an await, read only then", path: "server/chat/*.ts",
    source: `declare function read(): Promise<number>;\nexport async function add(count: { n: number }): Promise<void> {\n  const more = await read();\n  count.n += more;\n}\n`,
  },
  {
    title: "a module that keeps every rule", path: "server/chat/*.ts",
    source: `import { open } from "node:fs/promises";\n\n/** Answers how many bytes the file has. */\nexport async function sizeOf(path: string): Promise<number> {\n  await using file = await open(path);\n  return (await file.stat()).size;\n}\n`,
  },
];
