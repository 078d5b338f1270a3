import type { Platform } from "#server/platform.ts";
import { forget, remember } from "#server/runtime.ts";

/** Lets pages and route handlers, which are loaded apart from the server, find the platform that runs. */
export function rememberPlatform(platform: Platform): void {
  forget("platform");
  remember("platform", () => platform);
}

/** The platform that runs in this process; throws when there is none, as during a build. */
export function currentPlatform(): Platform {
  return remember<Platform>("platform", () => {
    throw new Error("No server runs in this process.");
  });
}
