import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Config } from "#server/config.ts";
import type { Log } from "#server/log.ts";
import { openDisk } from "./disk.ts";
import { openBucket } from "./s3.ts";

/** A file that is being read; whoever opened it reads the stream to its end or destroys it. */
export type StoredFile = { readonly stream: Readable; readonly bytes: number };

/** What the store holds under one key, and since when. */
export type FileEntry = { readonly key: string; readonly storedAt: Date };

/**
 * Where the bytes of pictures are kept. Keys are made by the server: a UUID, with `-thumb` for a thumbnail.
 * Every call answers within 10 s; one that fails throws `unavailable`.
 */
export type FileStore = {
  /** Resolves when the file would survive a power cut. */
  put(key: string, bytes: Uint8Array, mime: string): Promise<void>;
  /** Null when there is no such file. */
  open(key: string): Promise<StoredFile | null>;
  /** What is not there counts as removed. */
  remove(keys: readonly string[]): Promise<void>;
  /** Every file, in no order. */
  list(): AsyncIterable<FileEntry>;
};

/** Opens the store that the settings name. Throws when the folder under DATA_DIR cannot be made or written. */
export async function openStorage({ storage, dataDir }: Config, log: Log): Promise<FileStore> {
  if (storage.kind === "s3") return openBucket(storage, log);
  return openDisk({ root: join(dataDir, "files"), log });
}
