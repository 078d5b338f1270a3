import type { IncomingMessage } from "node:http";

import type { Server as Engine } from "engine.io";

import { clientAddress } from "#server/auth/client-address.ts";
import type { Node } from "#server/chat/node.ts";

/** Who opened which session of Engine.IO, as far as a request shows. */
export type SessionOwners = { isForeign(sessionId: string, req: IncomingMessage): boolean };

/**
 * The id of a session is all that Engine.IO asks of whoever polls for it. Shown from another address or by another
 * program it is not its owner's, and leads nowhere.
 */
export function watchSessionOwners(node: Node, engine: Engine): SessionOwners {
  const owners = new Map<string, Owner>();
  engine.on("connection", (socket: { id: string; request: IncomingMessage; once(event: "close", listener: () => void): void }) => {
    owners.set(socket.id, ownerOf(node, socket.request));
    socket.once("close", () => owners.delete(socket.id));
  });
  return {
    isForeign(sessionId, req) {
      const owner = owners.get(sessionId);
      if (owner === undefined) return false;
      const { address, program } = ownerOf(node, req);
      // Programs other than browsers name themselves on some of their requests only.
      return address !== owner.address || (program !== null && owner.program !== null && program !== owner.program);
    },
  };
}

type Owner = { readonly address: string; readonly program: string | null };

function ownerOf({ config }: Node, req: IncomingMessage): Owner {
  return { address: clientAddress(config, req), program: req.headers["user-agent"] ?? null };
}
