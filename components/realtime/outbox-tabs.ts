import type { OutboxKey } from "./state.ts";

/** What one tab tells the others of this browser about the outbox they share. */
export type OutboxNotice = { type: "changed"; key: OutboxKey } | { type: "sent"; key: OutboxKey; clientMsgId: string; seq: number; conversationId: string };

/** The channel between the tabs of this browser; a silent one where there is none. */
export function openChannel(name: string, onNotice: (notice: OutboxNotice) => void): { tell(notice: OutboxNotice): void; close(): void } {
  if (typeof BroadcastChannel === "undefined" || typeof window === "undefined") return { tell() {}, close() {} };
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", (event: MessageEvent<OutboxNotice>) => onNotice(event.data));
  return { tell: (notice) => channel.postMessage(notice), close: () => channel.close() };
}
