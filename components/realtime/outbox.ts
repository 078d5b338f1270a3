import { v7 } from "uuid";

import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { Message, User } from "#protocol/objects.ts";

import { outboxKey } from "./apply.ts";
import { createOutboxFiles, type UploadTarget, type Uploaded } from "./outbox-files.ts";
import { mergeStored, patchPending, patchUpload, showStored } from "./outbox-queue.ts";
import { openOutbox, type StoredFile, type StoredMessage } from "./outbox-store.ts";
import { createSender } from "./outbox-sender.ts";
import { openChannel, type OutboxNotice } from "./outbox-tabs.ts";
import type { OutboxKey, PendingMessage, SendKind, State } from "./state.ts";

/** Another tab's message is left to it for this long before this tab helps. */
const helpAfterMs = 3_000;

export type OutboxOptions = {
  kind: State["kind"];
  /** Name of the database in this browser. */
  name: string;
  me: () => User | null;
  isLive: () => boolean;
  send: (input: CommandInput<"message:send">) => Promise<CommandData<"message:send">>;
  upload: (file: StoredFile, target: UploadTarget) => Promise<Uploaded>;
  /** Width and height of a picture; null when this browser cannot read it. */
  measure: (blob: Blob) => Promise<{ width: number; height: number } | null>;
  change: (key: OutboxKey, change: (list: readonly PendingMessage[]) => readonly PendingMessage[]) => void;
  onSent: (message: Message) => void;
  onDurable: (durable: boolean) => void;
};

export type OutboxDraft = { conversationId: string | null; kind: SendKind; text: string; files: readonly File[]; replyTo: number | null };

export type Outbox = {
  /** Begins: until then nothing is sent, only kept. */
  open: () => void;
  close: () => void;
  /** Shows the message at once, keeps it, then sends it. Answers its clientMsgId. */
  add: (draft: OutboxDraft) => string;
  retry: (clientMsgId: string) => void;
  discard: (clientMsgId: string) => void;
  /** Takes one picture out of a message that is not sent yet; with nothing left the message is discarded. */
  cancelUpload: (clientMsgId: string, uploadId: string) => void;
  /** The connection is there: what earlier pages left is shown, and everything waiting goes now. */
  wake: () => void;
  /** The server has it, as an event told. */
  settle: (clientMsgId: string) => void;
  /** The local picture of an attachment that this page uploaded. */
  previewUrl: (attachmentId: string) => string | null;
};

/**
 * Messages that this browser has promised to send: written down before the first attempt, sent in order, one at a
 * time per conversation, kept until the server acknowledges or refuses for good.
 */
export function createOutbox({ kind, name, me, isLive, send, upload, measure, change, onSent, onDurable }: OutboxOptions): Outbox {
  const files = createOutboxFiles(upload);
  const writes = new Map<string, Promise<void>>();
  let opening: ReturnType<typeof openOutbox> | null = null;
  let channel: ReturnType<typeof openChannel> | null = null;
  let closed = true;
  const tell = (notice: OutboxNotice) => channel?.tell(notice);
  const sender = createSender({ name, open, files, isMine, send, change, onSent, tell, canSend: () => !closed && isLive() });

  /* Opened on first use: a client may be made where there is no browser. */
  function open() {
    opening ??= openOutbox(name, onDurable);
    return opening;
  }

  function isMine(message: StoredMessage): boolean {
    const user = me();
    // Without a line a customer may not be anybody yet; what this browser has not sent is theirs all the same.
    if (user === null) return kind === "customer" && message.guest;
    return message.userId === user.id || message.userId === "" || (kind === "customer" && message.guest);
  }

  /* Shows what the store holds of one queue (or of all), as other tabs and earlier pages left it. */
  async function refresh(only: OutboxKey | null): Promise<void> {
    const store = await open();
    const kept = (await store.list()).filter((message) => isMine(message) && (only === null || message.key === only));
    const keys = new Set(only === null ? kept.map((message) => message.key) : [only]);
    for (const key of keys) {
      const isWriting = (clientMsgId: string) => writes.has(clientMsgId);
      change(key, (list) => mergeStored(list, kept.filter((message) => message.key === key), { preview: files.preview, isWriting }));
      if (only === null) void sender.drain(key);
      else setTimeout(() => void sender.drain(key), helpAfterMs);
    }
  }

  async function changeStored(clientMsgId: string, work: (message: StoredMessage) => Promise<void>): Promise<void> {
    const store = await open();
    await writes.get(clientMsgId);
    const message = await store.find(clientMsgId);
    if (message === undefined) return;
    await work(message);
    tell({ type: "changed", key: message.key });
    void sender.drain(message.key);
  }

  async function remove(message: StoredMessage): Promise<void> {
    const store = await open();
    await store.remove(message.clientMsgId);
    for (const file of message.files) files.cancel(file.id);
    change(message.key, (list) => list.filter((pending) => pending.clientMsgId !== message.clientMsgId));
  }

  async function removeFile(message: StoredMessage, fileId: string): Promise<void> {
    if (sender.isSending(message.clientMsgId)) return;
    const left = message.files.filter((file) => file.id !== fileId);
    if (left.length === 0 && message.text.trim() === "") return remove(message);
    const store = await open();
    const patch = { kind: left.length === 0 ? ("text" as const) : message.kind };
    await store.put({ ...message, ...patch, files: left });
    files.cancel(fileId);
    change(message.key, (list) => {
      const shown = list.find((pending) => pending.clientMsgId === message.clientMsgId);
      return patchPending(list, message.clientMsgId, { ...patch, uploads: shown?.uploads.filter((one) => one.id !== fileId) ?? [] });
    });
  }

  async function measureFile(key: OutboxKey, file: StoredFile): Promise<void> {
    const size = await measure(file.blob).catch(() => null);
    if (size !== null) change(key, (list) => patchUpload(list, file.id, size));
  }

  async function keep(message: StoredMessage): Promise<void> {
    const store = await open();
    await store.put(message);
    writes.delete(message.clientMsgId);
    tell({ type: "changed", key: message.key });
    void sender.drain(message.key);
  }

  return {
    open() {
      closed = false;
      channel ??= openChannel(name, (notice) => {
        if (notice.type === "changed") return void refresh(notice.key);
        const { key, clientMsgId, seq, conversationId } = notice;
        change(key, (list) => patchPending(list, clientMsgId, { state: "sent", failure: null, seq, conversationId }));
      });
      void refresh(null);
    },
    close() {
      closed = true;
      sender.wake();
      files.cancelAll();
      channel?.close();
      channel = null;
    },
    add({ conversationId, kind: sendKind, text, files: added, replyTo }) {
      const user = me();
      const createdAt = new Date().toISOString();
      const message: StoredMessage = {
        clientMsgId: v7(),
        userId: user?.id ?? "",
        guest: user?.guest ?? kind === "customer",
        key: outboxKey(kind, conversationId),
        conversationId,
        kind: sendKind,
        text,
        replyTo,
        files: added.map((file) => ({ id: v7(), name: file.name, blob: file, attachmentId: null })),
        createdAt,
        since: createdAt,
        failure: null,
      };
      change(message.key, (list) => [...list, showStored(message, files.preview)]);
      writes.set(message.clientMsgId, keep(message));
      for (const file of message.files) void measureFile(message.key, file);
      return message.clientMsgId;
    },
    retry(clientMsgId) {
      void changeStored(clientMsgId, async (message) => {
        const store = await open();
        await store.put({ ...message, failure: null, since: new Date().toISOString() });
        change(message.key, (list) => patchPending(list, clientMsgId, { state: "sending", failure: null }));
      });
    },
    discard: (clientMsgId) => void changeStored(clientMsgId, remove),
    cancelUpload: (clientMsgId, uploadId) => void changeStored(clientMsgId, (message) => removeFile(message, uploadId)),
    wake() {
      sender.wake();
      void refresh(null);
    },
    settle: (clientMsgId) => void open().then((store) => store.remove(clientMsgId)),
    previewUrl: files.previewUrl,
  };
}
