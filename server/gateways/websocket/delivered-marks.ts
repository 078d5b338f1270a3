/**
 * How far one session's client has got the messages that it was sent. It cannot say so itself: a ping that follows a
 * message and is answered says it. A connection that is closed in order had got everything.
 */
export type DeliveredMarks = {
  /** This message went out. */
  sent(conversationId: string, seq: number): void;
  /** The client has answered the ping of this number, and so got all that was sent before it. */
  confirmed(ping: number): void;
  /** The connection is gone; in order: with a closing handshake. Resolves when all marks are stored. */
  close(inOrder: boolean): Promise<void>;
};

type Marks = Map<string, number>;
type Options = {
  /** Sends a ping and answers its number. */
  readonly ping: () => number;
  /** Stores marks; does not reject. */
  readonly store: (marks: ReadonlyMap<string, number>) => Promise<void>;
};

/** Marks are stored this often at most. */
const restMs = 500;

export function createDeliveredMarks({ ping, store }: Options): DeliveredMarks {
  let fresh: Marks = new Map();
  let asked: { readonly number: number; readonly marks: Marks } | null = null;
  let storing: Promise<void> = Promise.resolve();
  let resting: NodeJS.Timeout | null = null;

  function ask(): void {
    if (fresh.size === 0 || asked !== null || resting !== null) return;
    const marks = fresh;
    fresh = new Map();
    asked = { marks, number: ping() };
  }

  function write(marks: Marks): Promise<void> {
    if (marks.size > 0) storing = storing.then(() => store(marks));
    return storing;
  }

  return {
    sent(conversationId, seq) {
      fresh.set(conversationId, Math.max(seq, fresh.get(conversationId) ?? 0));
      ask();
    },
    confirmed(number) {
      if (asked === null || number < asked.number) return;
      void write(asked.marks);
      asked = null;
      resting = setTimeout(() => {
        resting = null;
        ask();
      }, restMs).unref();
    },
    close(inOrder) {
      if (resting !== null) clearTimeout(resting);
      if (!inOrder) return storing;
      const all: Marks = new Map(asked?.marks);
      for (const [conversationId, seq] of fresh) all.set(conversationId, seq);
      fresh = new Map();
      asked = null;
      return write(all);
    },
  };
}
