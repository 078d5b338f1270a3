import type { Config } from "#server/config.ts";

import type { Dialect } from "./dialect.ts";
import { infra } from "./infra.ts";
import { numbered, plain } from "./plain.ts";
import { rayim } from "./rayim.ts";
import { typed } from "./typed.ts";

/** What stands at a path, and the id that the path carries. */
export type Endpoint = { readonly dialect: Dialect; readonly label: string | null };

type Settings = Pick<Config, "gateways" | "gatewayPaths">;

const fixed: ReadonlyMap<string, Dialect> = new Map([["/rayim", rayim], ["/ws", typed], ["/infra/ws", infra]]);

/** The gateway at a path, null where there is none or it is off. */
export function findEndpoint(settings: Settings, path: string): Endpoint | null {
  const found = findAny(resolveGatewayPath(settings, path));
  return found !== null && settings.gateways.includes(found.dialect.gateway) ? found : null;
}

/** The path that GATEWAY_PATHS means: its names stand for the beginning of a path, the longest that fits. */
export function resolveGatewayPath({ gatewayPaths }: Pick<Config, "gatewayPaths">, path: string): string {
  let best: readonly [string, string] | null = null;
  for (const entry of gatewayPaths) if (path.startsWith(entry[0]) && entry[0].length > (best?.[0].length ?? 0)) best = entry;
  return best === null ? path : `${best[1]}${path.slice(best[0].length)}`;
}

function findAny(path: string): Endpoint | null {
  const dialect = fixed.get(path);
  if (dialect !== undefined) return { dialect, label: null };
  return withLabel(numbered, /^\/webSocket\/?([^/]+)$/.exec(path)) ?? withLabel(plain, /^\/ws\/([^/]+)$/.exec(path));
}

/** A path that cannot be decoded leads nowhere. */
function withLabel(dialect: Dialect, match: RegExpExecArray | null): Endpoint | null {
  try {
    return match?.[1] === undefined ? null : { dialect, label: decodeURIComponent(match[1]) };
  } catch {
    return null;
  }
}
