/** A UUID in lower case, alone or with a suffix of ours: nothing that could leave the folder or the bucket. */
const key = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:-thumb)?$/u;

/** Whether `text` is a key of the file store. */
export function isKey(text: string): boolean {
  return key.test(text);
}

/** Throws a RangeError for what is no key. Keys are made by the server, so this is a bug and not an answer to a client. */
export function assertKey(text: string): void {
  if (!isKey(text)) throw new RangeError("not a key of the file store");
}
