import type { Client } from "#components/realtime/client.ts";
import type { ServerEvent } from "#components/realtime/state.ts";
import { reminder } from "#protocol/events.ts";
import type { Conversation, Message } from "#protocol/objects.ts";
import { notifyDesktop } from "./notify-desktop.ts";
import type { Tabs } from "./one-tab.ts";
import { ringAgainMs, ringForMessage, unclaimedRinging, type Listener } from "./ringing.ts";
import type { SettingsStore } from "./settings.ts";
import type { Sound } from "#components/chat/sound.ts";
import type { Tone } from "#components/chat/tones.ts";

/** What the ringer says and knows from the screen; it changes with the language and with what is open. */
export type RingerInput = {
  isReceiving: boolean;
  select: (conversationId: string) => void;
  messageTitle: (message: Message) => string;
  newTitle: (count: number) => string;
  urgeTitle: (name: string) => string;
  urgeBody: string;
  preview: (message: Message) => string;
};

export type RingerParts = { client: Client; sound: Sound; tabs: Tabs; settings: SettingsStore };

export type Ringer = { update(input: RingerInput): void; start(): () => void };

type Word = { tag: string; title: string; body: string; conversationId: string | null };

/** How often it looks who waits unclaimed. */
const lookMs = 500;
/** Five seconds without a connection are worth a tone; a planned restart takes less. */
const lostMs = 5_000;

/** Rings and notifies for what happens: in one tab of this browser, and never for what is being looked at. */
export function createRinger({ client, sound, tabs, settings }: RingerParts): Ringer {
  let input: RingerInput | null = null;
  let ringing: readonly string[] = [];
  let rangAt = 0;

  function ring(which: Tone): void {
    const { muted, volume } = settings.getState();
    if (!muted && tabs.isLeader()) sound.play(which, volume);
  }

  function notify({ conversationId, ...word }: Word): void {
    if (!settings.getState().desktop || !tabs.isLeader() || document.hasFocus()) return;
    notifyDesktop(word, () => conversationId !== null && input?.select(conversationId));
  }

  function listener(isReceiving: boolean): Listener {
    return { myId: client.store.getState().me?.id ?? null, isReceiving, watchedId: tabs.watchedId() };
  }

  function hear(event: ServerEvent): void {
    if (input === null) return;
    if (event.name === "message:created") {
      for (const message of event.payload.messages) if ("text" in message) hearMessage(message, input);
    } else if (event.name === "conversation:urged") {
      const { conversationId, customer } = event.payload;
      ring("urge");
      notify({ tag: `urge:${conversationId}`, title: input.urgeTitle(customer.name), body: input.urgeBody, conversationId });
    } else if (event.name === "push" && event.payload.type === "reminder") {
      const known = reminder.safeParse(event.payload.content);
      if (!known.success) return;
      const { title, text, conversationId = null } = known.data;
      ring("reminder");
      notify({ tag: `reminder:${title}`, title, body: text, conversationId });
    }
  }

  function hearMessage(message: Message, { isReceiving, messageTitle, preview }: RingerInput): void {
    const { conversationId } = message;
    const row = client.store.getState().conversations.get(conversationId);
    if (ringForMessage(message, row, listener(isReceiving)) === null || ringing.includes(conversationId)) return;
    ring("message");
    notify({ tag: conversationId, title: messageTitle(message), body: preview(message), conversationId });
  }

  function look(): void {
    if (input === null) return;
    const { conversations, serverOffsetMs } = client.store.getState();
    const now = Date.now();
    const ids = unclaimedRinging(conversations.values(), listener(input.isReceiving), now + serverOffsetMs);
    const fresh = ids.filter((id) => !ringing.includes(id));
    ringing = ids;
    if (ids.length === 0 || (fresh.length === 0 && now - rangAt < ringAgainMs)) return;
    rangAt = now;
    ring("unclaimed");
    const [first] = fresh;
    if (first !== undefined) tellNew(conversations.get(first), ids.length, input);
  }

  function tellNew(row: Conversation | undefined, count: number, { newTitle, preview }: RingerInput): void {
    const last = row?.lastMessage ?? null;
    const body = row === undefined || last === null ? "" : `${row.customer.name}: ${preview(last)}`;
    notify({ tag: "unclaimed", title: newTitle(count), body, conversationId: row?.id ?? null });
  }

  function followConnection(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasLive = false;
    const look = () => {
      const isLive = client.store.getState().connection.status === "connected";
      if (isLive === wasLive) return;
      wasLive = isLive;
      clearTimeout(timer);
      if (!isLive) timer = setTimeout(() => ring("lost"), lostMs);
    };
    look();
    const stop = client.store.subscribe(look);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }

  return {
    update(next) {
      input = next;
    },
    start() {
      const leave = tabs.join();
      const deafen = client.listen(hear);
      const unfollow = followConnection();
      const timer = setInterval(look, lookMs);
      return () => {
        clearInterval(timer);
        unfollow();
        deafen();
        leave();
      };
    },
  };
}
