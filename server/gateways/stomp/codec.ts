import { limits } from "#protocol/limits.ts";
import { DomainError } from "#server/errors.ts";

/** The versions that are spoken, the highest first. They differ in which characters of a header are escaped. */
export const versions = ["1.2", "1.1"] as const;
export type Version = (typeof versions)[number];

const clientCommands = ["CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT"] as const;
export type ClientCommand = (typeof clientCommands)[number];

/** A frame from a client. Of a header that is repeated the first counts. */
export type ClientFrame = { readonly command: ClientCommand; readonly headers: ReadonlyMap<string, string>; readonly body: string };

/** A frame to a client. */
export type ServerFrame = {
  readonly command: "CONNECTED" | "MESSAGE" | "RECEIPT" | "ERROR";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Makes frames of what comes over the line, in whatever pieces it comes. */
export type Decoder = {
  /**
   * Gives the frames that are whole now, one after the other; line ends between frames are heart-beats and give nothing.
   * Errors: `bad_request`, `too_large`; after one the line is of no further use.
   */
  read(chunk: string | Buffer): Generator<ClientFrame, void, void>;
  /** A frame has begun that is not whole. */
  readonly unfinished: boolean;
  /** From here on headers are read as this version writes them. */
  speak(version: Version): void;
};

export const mostHeaders = 64;
export const longestHeader = 4_096;
/** A heart-beat. */
export const beat = "\n";

const [nul, lf, cr] = [0x00, 0x0a, 0x0d] as const;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const escapes: Record<Version, readonly (readonly [sign: string, escape: string])[]> = {
  "1.2": [["\\", "\\\\"], ["\n", "\\n"], [":", "\\c"], ["\r", "\\r"]],
  "1.1": [["\\", "\\\\"], ["\n", "\\n"], [":", "\\c"]],
};

type Head = Omit<ClientFrame, "body"> & { readonly length: number | null };

/** Makes a decoder. It looks at each byte once, however small the pieces are. */
export function createDecoder(): Decoder {
  let version: Version = "1.2";
  const pile = createPile();
  /** Where the line being read, or the body, begins; and up to where its end was looked for. */
  let begin = 0;
  let searched = 0;
  const lines: string[] = [];
  let head: Head | null = null;

  function startAfter(count: number): void {
    pile.drop(count);
    [begin, searched] = [0, 0];
  }

  /** The next line of the head; null: not whole yet. */
  function readLine(): string | null {
    const { bytes } = pile;
    const found = bytes.indexOf(lf, searched);
    const end = found === -1 ? bytes.length : found;
    if (bytes.subarray(searched, end).includes(nul)) throw bad("The frame ends before its headers do.");
    if (end - begin > longestHeader) throw tooLarge(`A header may have at most ${longestHeader} bytes.`);
    searched = found === -1 ? end : end + 1;
    if (found === -1) return null;
    const line = decode(bytes.subarray(begin, end > begin && bytes[end - 1] === cr ? end - 1 : end));
    begin = searched;
    return line;
  }

  function readHead(): Head | null {
    for (let line = readLine(); line !== null; line = readLine()) {
      if (line !== "") lines.push(line);
      else if (lines.length === 0) startAfter(begin);
      else return parseHead(lines.splice(0), version);
      if (lines.length > mostHeaders + 1) throw tooLarge(`A frame may have at most ${mostHeaders} headers.`);
    }
    return null;
  }

  /** The body, whose frame is then taken off the pile; null: not whole yet. */
  function readBody(length: number | null): string | null {
    const { bytes } = pile;
    const end = length === null ? bytes.indexOf(nul, searched) : begin + length;
    searched = bytes.length;
    if (end === -1 || end >= bytes.length) return null;
    if (bytes[end] !== nul) throw bad("The body does not end where its content-length says.");
    if (end >= limits.frameBytes) throw tooLarge(`A frame may have at most ${limits.frameBytes} bytes.`);
    const body = decode(bytes.subarray(begin, end));
    startAfter(end + 1);
    return body;
  }

  function readFrame(): ClientFrame | null {
    head ??= readHead();
    if (head === null) return null;
    const { length, command, headers } = head;
    const body = readBody(length);
    if (body === null) return null;
    head = null;
    if (body !== "" && command !== "SEND") throw bad(`A ${command} frame has no body.`);
    return { command, headers, body };
  }

  return {
    get unfinished() {
      return pile.bytes.length > 0;
    },
    speak(spoken) {
      version = spoken;
    },
    *read(chunk) {
      pile.add(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
      for (let frame = readFrame(); frame !== null; frame = readFrame()) yield frame;
      if (pile.bytes.length > limits.frameBytes) throw tooLarge(`A frame may have at most ${limits.frameBytes} bytes.`);
    },
  };
}

/** The frame as it goes over the line. */
export function encodeFrame({ command, headers, body = "" }: ServerFrame, version: Version): string {
  const plain = command === "CONNECTED";
  const length = body === "" ? "" : `content-length:${Buffer.byteLength(body)}\n`;
  let head = "";
  for (const [name, value] of Object.entries(headers)) head += plain ? `${name}:${value}\n` : `${escapeHeader(name, version)}:${escapeHeader(value, version)}\n`;
  return `${command}\n${head}${length}\n${body}\0`;
}

function parseHead([name = "", ...lines]: readonly string[], version: Version): Head {
  const command = clientCommands.find((one) => one === name);
  if (command === undefined) throw bad("This is no frame that a client sends.");
  const read = command === "CONNECT" || command === "STOMP" ? (part: string) => part : (part: string) => unescapeHeader(part, version);
  const headers = new Map<string, string>();
  for (const line of lines) {
    // A colon in a value ought to be escaped; older clients leave it as it is.
    const colon = line.indexOf(":");
    if (colon < 1) throw bad("A header is a name, a colon and a value.");
    const key = read(line.slice(0, colon));
    if (!headers.has(key)) headers.set(key, read(line.slice(colon + 1)));
  }
  return { command, headers, length: parseLength(headers.get("content-length")) };
}

function parseLength(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (!/^\d{1,15}$/.test(header)) throw bad("The content-length is no length.");
  if (Number(header) > limits.frameBytes) throw tooLarge(`A frame may have at most ${limits.frameBytes} bytes.`);
  return Number(header);
}

function unescapeHeader(part: string, version: Version): string {
  if (!part.includes("\\")) return part;
  return part.replaceAll(/\\[^]?/gu, (escape) => {
    const sign = escapes[version].find((pair) => pair[1] === escape)?.[0];
    if (sign === undefined) throw bad("A header holds an escape that this version does not know.");
    return sign;
  });
}

/* What a version cannot write is left out: a carriage return in 1.1. */
function escapeHeader(part: string, version: Version): string {
  if (!/[\\\n:\r\0]/u.test(part)) return part;
  return part.replaceAll(/[\\\n:\r\0]/gu, (sign) => escapes[version].find((pair) => pair[0] === sign)?.[1] ?? "");
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw bad("The frame is not well-formed UTF-8.");
  }
}

/** Bytes that wait, with room to grow, so that many small pieces cost no more than a large one. */
function createPile() {
  let store: Buffer = Buffer.alloc(0);
  let [from, to] = [0, 0];
  return {
    get bytes(): Buffer {
      return store.subarray(from, to);
    },
    add(chunk: Buffer): void {
      const kept = to - from;
      if (kept === 0) {
        store = chunk;
        [from, to] = [0, chunk.length];
        return;
      }
      if (to + chunk.length > store.length) {
        const larger = Buffer.allocUnsafeSlow(2 * (kept + chunk.length));
        store.copy(larger, 0, from, to);
        store = larger;
        [from, to] = [0, kept];
      }
      chunk.copy(store, to);
      to += chunk.length;
    },
    drop(count: number): void {
      from += count;
    },
  };
}

function bad(message: string): DomainError {
  return new DomainError("bad_request", message);
}

function tooLarge(message: string): DomainError {
  return new DomainError("too_large", message);
}
