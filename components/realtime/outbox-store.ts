import type { Failure, OutboxKey, SendKind } from "./state.ts";

/** A picture of an unsent message: the original, and the id that the server gave it once it is uploaded. */
export type StoredFile = { id: string; name: string; blob: Blob; attachmentId: string | null };

/** An unsent message as it is kept. `order` is given by the store and decides who goes first. */
export type StoredMessage = {
  order?: number;
  clientMsgId: string;
  userId: string;
  /** Written by a guest: whoever the guest turns into sends it. */
  guest: boolean;
  key: OutboxKey;
  conversationId: string | null;
  kind: SendKind;
  text: string;
  replyTo: number | null;
  files: StoredFile[];
  createdAt: string;
  /** From when its 24 hours count: a retry starts them again. */
  since: string;
  failure: Failure | null;
};

/** Where unsent messages are kept. */
export type OutboxStore = {
  /** All, in the order in which they were written. */
  list: () => Promise<StoredMessage[]>;
  find: (clientMsgId: string) => Promise<StoredMessage | undefined>;
  /** Written through to the disk when it resolves; replaces the message of the same id. */
  put: (message: StoredMessage) => Promise<void>;
  remove: (clientMsgId: string) => Promise<void>;
};

/** A browser's storage that takes longer than this is as good as none. */
const storageMs = 4_000;
const storeName = "outbox";
const byId = "clientMsgId";
const silent = new Error("The storage does not answer.");

/**
 * Opens the outbox of this browser. What its storage does not take (none, full, private window) is kept in memory, and
 * `onDurable(false)` says that it would not survive a reload.
 */
export async function openOutbox(name: string, onDurable: (durable: boolean) => void): Promise<OutboxStore> {
  const memory = memoryOutbox();
  const database = await within(openDatabase(name)).catch(() => null);
  if (database === null) {
    onDurable(false);
    return memory;
  }
  const disk = databaseOutbox(database);
  let answers = true;

  /* What the disk says, or `otherwise` when it refuses. One that does not answer is not asked again. */
  async function ask<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    if (!answers) return otherwise;
    try {
      return await within(work());
    } catch (error) {
      if (error === silent) answers = false;
      return otherwise;
    }
  }

  return {
    async list() {
      const kept = await ask(disk.list, []);
      const held = new Map((await memory.list()).map((message) => [message.clientMsgId, message]));
      const known = new Set(kept.map((message) => message.clientMsgId));
      const added = [...held.values()].filter((message) => !known.has(message.clientMsgId));
      return [...kept.map((message) => held.get(message.clientMsgId) ?? message), ...added];
    },
    find: async (clientMsgId) => (await memory.find(clientMsgId)) ?? ask(() => disk.find(clientMsgId), undefined),
    async put(message) {
      const isWritten = await ask(async () => {
        await disk.put(message);
        return true;
      }, false);
      if (isWritten) return memory.remove(message.clientMsgId);
      await memory.put(message);
      onDurable(false);
    },
    async remove(clientMsgId) {
      await memory.remove(clientMsgId);
      await ask(() => disk.remove(clientMsgId), undefined);
    },
  };
}

async function openDatabase(name: string): Promise<IDBDatabase | null> {
  if (typeof indexedDB === "undefined") return null;
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    const store = opening.result.createObjectStore(storeName, { keyPath: "order", autoIncrement: true });
    store.createIndex(byId, byId, { unique: true });
  };
  return finished(opening);
}

function databaseOutbox(database: IDBDatabase): OutboxStore {
  const read = () => database.transaction(storeName).objectStore(storeName);
  const write = async (durability: IDBTransactionDurability, work: (store: IDBObjectStore) => Promise<void>) => {
    const transaction = database.transaction(storeName, "readwrite", { durability });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new Error(transaction.error?.message ?? "The storage refused."));
    });
    await Promise.all([work(transaction.objectStore(storeName)), done]);
  };
  const keyOf = (store: IDBObjectStore, clientMsgId: string) => finished(store.index(byId).getKey(clientMsgId));
  return {
    list: async () => finished<StoredMessage[]>(read().getAll()),
    find: async (clientMsgId) => finished<StoredMessage | undefined>(read().index(byId).get(clientMsgId)),
    put: (message) =>
      write("strict", async (store) => {
        const order = await keyOf(store, message.clientMsgId);
        const { order: _, ...unordered } = message;
        await finished(store.put(order === undefined ? unordered : { ...unordered, order }));
      }),
    remove: (clientMsgId) =>
      write("default", async (store) => {
        const order = await keyOf(store, clientMsgId);
        if (order !== undefined) await finished(store.delete(order));
      }),
  };
}

function memoryOutbox(): OutboxStore {
  const messages = new Map<string, StoredMessage>();
  return {
    list: async () => [...messages.values()],
    find: async (clientMsgId) => messages.get(clientMsgId),
    put: async (message) => void messages.set(message.clientMsgId, message),
    remove: async (clientMsgId) => void messages.delete(clientMsgId),
  };
}

function finished<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(request.error?.message ?? "The storage refused."));
  });
}

function within<Result>(work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(silent), storageMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
