import { createAdapter } from "@socket.io/redis-adapter";
import * as z from "zod/mini";

import type { Bus } from "#server/bus.ts";

const topic = "socketio";
/** The adapter's own numbers for "join these rooms" and "leave them"; nothing else of it travels. */
const request = z.object({
  type: z.union([z.literal(2), z.literal(3)]),
  opts: z.object({ rooms: z.array(z.string()), except: z.array(z.string()) }),
  rooms: z.array(z.string()),
});
const said = z.object({ channel: z.string(), message: z.string() });

type Listener = (message: Buffer, channel: string) => void;

/**
 * Socket.IO's adapter for joins and leaves on all nodes. In the place of its two Redis clients it gets our bus, which is
 * signed and never waits, and which takes nothing else from it: what is said to sessions goes through delivery alone.
 */
export function createRoomsAdapter(bus: Bus): ReturnType<typeof createAdapter> {
  const listeners = new Map<string, Listener>();
  const stop = bus.subscribe(topic, (payload) => {
    const read = z.safeParse(said, payload);
    if (read.success && isMove(read.data.message)) listeners.get(read.data.channel)?.(Buffer.from(read.data.message), read.data.channel);
  });
  const client = {
    publish(channel: string, message: unknown): void {
      if (typeof message === "string" && isMove(message)) bus.publish(topic, { channel, message });
    },
    subscribe(channels: string[], listener: Listener): void {
      for (const channel of channels) listeners.set(channel, listener);
    },
    unsubscribe(channel: string): void {
      listeners.delete(channel);
      if (listeners.size === 0) stop();
    },
    // Broadcasts of other nodes: there are none.
    pSubscribe() {},
    pUnsubscribe() {},
    on() {},
    off() {},
  };
  return createAdapter(client, client);
}

function isMove(message: string): boolean {
  try {
    return z.safeParse(request, JSON.parse(message)).success;
  } catch {
    return false;
  }
}
