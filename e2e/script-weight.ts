import { gzipSync } from "node:zlib";
import type { Page, Response } from "@playwright/test";

export type Weight = { scripts: number; bytes: number };

/** Opens a page and weighs every script that it loads by itself, gzipped as a proxy would, in bytes. */
export async function weighScripts(page: Page, path: string): Promise<Weight> {
  const found: Response[] = [];
  const note = (response: Response): void => {
    if (response.request().resourceType() === "script" && response.ok()) found.push(response);
  };
  page.on("response", note);
  await page.goto(path, { waitUntil: "networkidle" });
  page.off("response", note);
  const sizes = await Promise.all(found.map(async (response) => gzipSync(await response.body()).length));
  return { scripts: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
