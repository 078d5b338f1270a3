import { createStore, type StoreApi } from "zustand/vanilla";
import type { Client } from "#components/realtime/client.ts";
import type { Attachment, Message } from "#protocol/objects.ts";

/** Messages around the one that is asked for get new addresses with it. */
const around = 25;
/** An address that ends this soon may end on the way. */
const marginMs = 15_000;
/** What failed is not asked for again before this. */
const againMs = 30_000;

export type FreshPictures = {
  /** Attachments whose addresses were renewed, by id. */
  readonly store: StoreApi<ReadonlyMap<string, Attachment>>;
  /** The attachment with the best address known. */
  latest: (attachment: Attachment) => Attachment;
  /** Whether its address has ended or is about to. */
  isStale: (attachment: Attachment) => boolean;
  /** Asks for new addresses of a message's pictures and its neighbours'. False when there are none to be had now. */
  renew: (message: Pick<Message, "conversationId" | "seq">) => Promise<boolean>;
};

/**
 * Addresses of pictures live five minutes, threads stay open for days: this asks for new ones when a picture does not
 * load or is about to be opened.
 */
export function createFreshPictures({ call, store: chat }: Pick<Client, "call" | "store">): FreshPictures {
  const store = createStore<ReadonlyMap<string, Attachment>>(() => new Map());
  const running = new Map<string, Promise<boolean>>();
  const failedAt = new Map<string, number>();
  const serverNow = () => Date.now() + chat.getState().serverOffsetMs;

  async function ask({ conversationId, seq }: Pick<Message, "conversationId" | "seq">): Promise<boolean> {
    try {
      const { messages } = await call("conversation:sync", { conversationId, after: Math.max(0, seq - around), limit: around * 2 });
      const next = new Map(store.getState());
      for (const message of messages) {
        for (const attachment of message.kind === "hidden" ? [] : message.attachments) next.set(attachment.id, attachment);
      }
      store.setState(next, true);
      return true;
    } catch {
      failedAt.set(conversationId, Date.now());
      return false;
    }
  }

  return {
    store,
    latest: (attachment) => store.getState().get(attachment.id) ?? attachment,
    isStale: ({ id, url }) => (endOf(store.getState().get(id)?.url ?? url) ?? Number.POSITIVE_INFINITY) - marginMs < serverNow(),
    renew(message) {
      const key = `${message.conversationId}:${Math.floor(message.seq / around)}`;
      const known = running.get(key);
      if (known !== undefined) return known;
      if (Date.now() - (failedAt.get(message.conversationId) ?? 0) < againMs) return Promise.resolve(false);
      const asked = ask(message).finally(() => running.delete(key));
      running.set(key, asked);
      return asked;
    },
  };
}

/** When the address of an attachment ends, in milliseconds; null when it does not say. */
export function endOf(url: string): number | null {
  const [, claims] = (/[?&]token=([^&]+)/u.exec(url)?.[1] ?? "").split(".");
  if (claims === undefined) return null;
  try {
    const { exp }: { exp?: unknown } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1_000 : null;
  } catch {
    return null;
  }
}
