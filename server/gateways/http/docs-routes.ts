import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import * as z from "zod/mini";

import type { Config } from "#server/config.ts";
import { DomainError } from "#server/errors.ts";

import { describeApi } from "./openapi.ts";
import { type Route, served } from "./route.ts";

const place = "/api/v1/docs";
const css = "text/css; charset=utf-8";
const script = "text/javascript; charset=utf-8";

/** The files of the page: our own, and those of the package that draws it. */
const ownFiles = new Map([
  ["start.js", { type: script, text: `
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
    dark.addEventListener("change", follow);
    follow();
    SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#page", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0, validatorUrl: null });
  ` }],
  ["start.css", { type: css, text: "body { margin: 0; background: #fff; } .dark-mode body { background: #1c2022; }" }],
]);
const packageFiles = new Map([["swagger-ui.css", css], ["swagger-ui-bundle.js", script]]);

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Xiaoer API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${place}/swagger-ui.css">
<link rel="stylesheet" href="${place}/start.css">
</head>
<body>
<main id="page"></main>
<script src="${place}/swagger-ui-bundle.js"></script>
<script src="${place}/start.js"></script>
</body>
</html>
`;

/* Everything from this origin, so that it works without the internet. React sets styles on elements. */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

/** The API's description, for programs and for people. `described`: the other routes. */
export function createDocsRoutes(described: readonly Route[]): readonly Route[] {
  const written = new Map<string, string>();
  const own: readonly Route[] = [
    served("GET /api/v1/openapi.json", { operation: "getDocument", summary: "Answers this document.", status: 200, answer: z.looseObject({ openapi: z.string() }) }, ({ node }) => ({
      status: 200, text: write(node.config), headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache" },
    })),

    served(`GET ${place}`, { operation: "getDocs", summary: "Shows this document as a page.", status: 200, media: "text/html" }, () => ({
      status: 200, text: page, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "no-cache" },
    })),

    served(`GET ${place}/{file}`, { operation: "getDocsFile", summary: "Answers a file of that page.", status: 200, media: "*/*" }, async (_, { params }) => {
      const { type, text } = await readDocsFile(params.get("file") ?? "");
      return { status: 200, text, headers: { "Content-Type": type, "Cache-Control": "max-age=3600" } };
    }),
  ];
  return own;

  /* The same for as long as the node runs. */
  function write({ publicUrl, secure }: Config): string {
    const text = written.get(publicUrl) ?? JSON.stringify(describeApi([...described, ...own], { publicUrl, secure }));
    written.set(publicUrl, text);
    return text;
  }
}

/** Errors: `not_found` for everything that is not in the two tables. */
async function readDocsFile(name: string): Promise<{ type: string; text: string }> {
  const file = ownFiles.get(name);
  if (file !== undefined) return file;
  const type = packageFiles.get(name);
  if (type === undefined) throw new DomainError("not_found", "There is nothing at this address.");
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return { type, text: await readFile(join(folder, name), "utf8") };
}
