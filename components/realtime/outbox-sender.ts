import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { Message } from "#protocol/objects.ts";

import { backoffMs, pause } from "./backoff.ts";
import { type CommandError, toCommandError, unavailable } from "./command-error.ts";
import type { OutboxFiles } from "./outbox-files.ts";
import { patchPending, patchUpload, sendInput } from "./outbox-queue.ts";
import type { OutboxStore, StoredMessage } from "./outbox-store.ts";
import type { OutboxNotice } from "./outbox-tabs.ts";
import type { OutboxKey, PendingMessage } from "./state.ts";
import { oneAtATime } from "./tab-lock.ts";

const dayMs = 86_400_000;

export type SenderOptions = {
  name: string;
  open: () => Promise<OutboxStore>;
  files: OutboxFiles;
  isMine: (message: StoredMessage) => boolean;
  /** Whether there is a connection and the outbox is open. */
  canSend: () => boolean;
  send: (input: CommandInput<"message:send">) => Promise<CommandData<"message:send">>;
  change: (key: OutboxKey, change: (list: readonly PendingMessage[]) => readonly PendingMessage[]) => void;
  onSent: (message: Message) => void;
  tell: (notice: OutboxNotice) => void;
};

export type Sender = {
  /** Sends what a queue holds, until it is empty or the connection is gone. */
  drain: (key: OutboxKey) => Promise<void>;
  /** Forgets all waiting: the connection is new. */
  wake: () => void;
  /** Whether the message itself is on its way: it can no longer be changed. */
  isSending: (clientMsgId: string) => boolean;
};

/** Empties the queues: each in its order, one message at a time, with back-off. */
export function createSender({ name, open, files, isMine, canSend, send, change, onSent, tell }: SenderOptions): Sender {
  const draining = new Map<OutboxKey, { again: boolean }>();
  const attempts = new Map<string, number>();
  /* Until when a message rests whose pictures could not be uploaded: what follows goes first. */
  const resting = new Map<string, number>();
  const sending = new Set<string>();
  const uploadedAgain = new Set<string>();
  let awake = new AbortController();

  async function drain(key: OutboxKey): Promise<void> {
    const running = draining.get(key);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const run = { again: true };
    draining.set(key, run);
    while (run.again && canSend()) {
      run.again = false;
      const wait = await oneAtATime(`${name}.${key}`, () => sendNext(key)).catch(() => 1_000);
      if (wait === null) continue;
      run.again = true;
      if (wait > 0) await pause(wait, awake.signal);
    }
    draining.delete(key);
  }

  /* Sends the first of a queue. Answers how long to wait before the next, or null when there is none. */
  async function sendNext(key: OutboxKey): Promise<number | null> {
    const store = await open();
    const waiting = (await store.list()).filter((message) => message.key === key && message.failure === null && isMine(message));
    const rests = waiting.map((message) => Math.max(0, (resting.get(message.clientMsgId) ?? 0) - Date.now()));
    const next = waiting[rests.indexOf(0)];
    if (next === undefined) return waiting.length === 0 ? null : Math.min(...rests);
    if (Date.now() - Date.parse(next.since) > dayMs) {
      await fail(next, unavailable("It could not be sent for a day."));
      return 0;
    }
    try {
      await sendOne(await uploadFiles(next));
      return 0;
    } catch (failure) {
      return await decide(next, toCommandError(failure));
    }
  }

  async function sendOne(message: StoredMessage): Promise<void> {
    const { clientMsgId, key } = message;
    sending.add(clientMsgId);
    try {
      const sent = (await send(sendInput(message))).message;
      attempts.delete(clientMsgId);
      change(key, (list) => patchPending(list, clientMsgId, { state: "sent", failure: null, seq: sent.seq, conversationId: sent.conversationId }));
      const store = await open();
      await store.remove(clientMsgId);
      tell({ type: "sent", key, clientMsgId, seq: sent.seq, conversationId: sent.conversationId });
      onSent(sent);
    } finally {
      sending.delete(clientMsgId);
    }
  }

  /* After a failure: how long to wait before the next attempt. */
  async function decide(tried: StoredMessage, error: CommandError): Promise<number> {
    const store = await open();
    const message = await store.find(tried.clientMsgId);
    if (message === undefined || message.files.length !== tried.files.length) return 0;
    if (error.retryable || error.code === "unauthenticated") {
      const attempt = attempts.get(message.clientMsgId) ?? 0;
      attempts.set(message.clientMsgId, attempt + 1);
      const wait = error.retryAfterMs ?? backoffMs(attempt);
      if (message.files.every((file) => file.attachmentId !== null)) return wait;
      resting.set(message.clientMsgId, Date.now() + wait);
      return 0;
    }
    /* Uploads are kept for a while only. What expired before it was sent is uploaded once more. */
    const mayBeGone = error.code === "not_found" || error.code === "bad_request" || error.code === "conflict";
    if (mayBeGone && message.files.some((file) => file.attachmentId !== null) && !uploadedAgain.has(message.clientMsgId)) {
      uploadedAgain.add(message.clientMsgId);
      await store.put({ ...message, files: message.files.map((file) => ({ ...file, attachmentId: null })) });
      return 0;
    }
    await fail(message, error);
    return 0;
  }

  async function fail(message: StoredMessage, { code, message: text, details }: CommandError): Promise<void> {
    const failure = { code, message: text, details };
    const store = await open();
    await store.put({ ...message, failure });
    change(message.key, (list) => patchPending(list, message.clientMsgId, { state: "failed", failure }));
    tell({ type: "changed", key: message.key });
  }

  /* What was uploaded is written down, so that a reload does not send it again. */
  async function uploadFiles(message: StoredMessage): Promise<StoredMessage> {
    const store = await open();
    let ready = message;
    for (const file of message.files) {
      if (file.attachmentId !== null) continue;
      const attachmentId = await files.upload(file, message.conversationId, (fields) => {
        change(message.key, (list) => patchUpload(list, file.id, fields));
      });
      ready = { ...ready, files: ready.files.map((one) => (one.id === file.id ? { ...one, attachmentId } : one)) };
      const kept = await store.find(message.clientMsgId);
      if (kept?.files.length !== message.files.length) throw unavailable("The message was changed meanwhile.");
      await store.put(ready);
    }
    return ready;
  }

  return {
    drain,
    wake() {
      attempts.clear();
      resting.clear();
      awake.abort();
      awake = new AbortController();
    },
    isSending: (clientMsgId) => sending.has(clientMsgId),
  };
}
