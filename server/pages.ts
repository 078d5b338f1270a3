import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import next from "next";

import type { Config } from "./config.ts";
import { installationRoot } from "./installation.ts";

/** Next, behind our own server. */
export type Pages = {
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Development only: the socket that reloads pages. */
  upgrade: ((req: IncomingMessage, socket: Duplex, head: Buffer) => void) | null;
  close(): Promise<void>;
};

/**
 * Prepares the pages. Next is given a server that never listens: it would otherwise put its own `upgrade`
 * listener beside ours and end sockets that are not its own.
 */
export async function openPages({ production, host, port }: Config): Promise<Pages> {
  const unheard = createServer();
  const app = next({ dev: !production, dir: installationRoot(), httpServer: unheard, hostname: host, port });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    handle: (req, res) => {
      handle(req, res).catch(() => {
        if (!res.headersSent) res.writeHead(500);
        res.end();
      });
    },
    // Next listens there from the first request on; `getUpgradeHandler` of a custom server answers nothing.
    upgrade: production ? null : (req, socket, head) => void (unheard.emit("upgrade", req, socket, head) || socket.destroy()),
    close: () => app.close(),
  };
}
