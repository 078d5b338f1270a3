import type { CommandInput } from "#protocol/commands.ts";
import { limits } from "#protocol/limits.ts";

export type TypingOptions = { call: (input: CommandInput<"typing">) => Promise<unknown>; isLive: () => boolean };
export type Typing = {
  /** `true` on every key, `false` on blur and send; `null` is a customer's own conversation. */
  set: (conversationId: string | null, on: boolean) => void;
  stop: () => void;
};

/** Tells the other side that I type: at once, again every 3 s, and that I stopped after 2 s without a key. */
export function createTyping({ call, isLive }: TypingOptions): Typing {
  const active = new Map<string | null, { toldAt: number; idle: ReturnType<typeof setTimeout> }>();

  function tell(conversationId: string | null, on: boolean): void {
    if (isLive()) call({ ...(conversationId === null ? {} : { conversationId }), on }).catch(() => {});
  }

  function set(conversationId: string | null, on: boolean): void {
    const known = active.get(conversationId);
    clearTimeout(known?.idle);
    if (!on) {
      if (known === undefined) return;
      active.delete(conversationId);
      tell(conversationId, false);
      return;
    }
    const isDue = known === undefined || Date.now() - known.toldAt >= limits.typingResendMs;
    const idle = setTimeout(() => set(conversationId, false), limits.typingIdleMs);
    active.set(conversationId, { toldAt: isDue ? Date.now() : known.toldAt, idle });
    if (isDue) tell(conversationId, true);
  }

  return {
    set,
    stop() {
      for (const { idle } of active.values()) clearTimeout(idle);
      active.clear();
    },
  };
}
