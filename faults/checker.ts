import type { Entry } from "./history.ts";

/** A message as the database holds it. */
export type StoredRow = { id: string; conversationId: string; seq: number; senderId: string | null; clientMsgId: string | null; text: string; hidden: boolean };
/** A conversation's counter. */
export type StoredHead = { id: string; head: number };
/** What a screen shows of a conversation in the end: all that there is from `first` on. */
export type Screen = { who: string; conversationId: string; customer: boolean; first: number; have: number; messages: readonly ShownMessage[] };
export type ShownMessage = { id: string; seq: number; clientMsgId: string | null; text: string };
/** A bubble that is still not sent in the end. */
export type Unsent = { who: string; clientMsgId: string; state: string };

export type Evidence = {
  readonly entries: readonly Entry[];
  readonly rows: readonly StoredRow[];
  readonly heads: readonly StoredHead[];
  readonly screens: readonly Screen[];
  readonly unsent: readonly Unsent[];
};

/** What was promised and not kept; every list is to be empty. */
export type Verdict = {
  /** Acknowledged, but not stored (P1). */
  lost: string[];
  /** Stored, but never sent. */
  phantoms: string[];
  /** Stored more than once (P2). */
  duplicates: string[];
  /** Conversations whose rows, highest number and counter differ (P4). */
  gaps: string[];
  /** Acknowledged with another place or content than the stored one, or with two places. */
  mismatches: string[];
  /** One sender's messages in another order than sent (P5). */
  inversions: string[];
  /** Screens that differ from the database (P3). */
  screens: string[];
  /** Screens that meanwhile showed a message twice, out of order or beside a gap (P3). */
  disorder: string[];
  /** Reads after an acknowledgement that did not have the message (P6). */
  stale: string[];
  /** Said to have failed, and stored. */
  lies: string[];
  /** Bubbles that failed or are still not sent. */
  failed: string[];
};

/** Compares what everyone sent, was told and saw with what is stored, once everything has come to rest. */
export function check({ entries, rows, heads, screens, unsent }: Evidence): Verdict {
  const invokes = of(entries, "invoke");
  const oks = of(entries, "ok");
  const fails = of(entries, "fail");
  const sent = new Map(invokes.map((entry) => [entry.clientMsgId, entry]));
  const stored = groupBy(rows.filter((row) => row.clientMsgId !== null), (row) => row.clientMsgId ?? "");
  const acknowledged = groupBy(oks, (entry) => entry.clientMsgId);
  return {
    lost: [...acknowledged.keys()].filter((key) => !stored.has(key)),
    phantoms: [...stored].filter(([key, list]) => list.some((row) => sent.get(key)?.senderId !== row.senderId)).map(([key]) => key),
    duplicates: [...stored].filter(([, list]) => list.length > 1).map(([key]) => key),
    gaps: findGaps(rows, heads),
    mismatches: [...acknowledged].filter(([key, list]) => {
      const row = stored.get(key)?.[0];
      return row !== undefined && (row.text !== sent.get(key)?.text || list.some((ok) => differs(ok, row)));
    }).map(([key]) => key),
    inversions: findInversions(invokes, stored),
    screens: findWrongScreens(screens, rows),
    disorder: of(entries, "disorder").map(({ who, what }) => `${who}: ${what}`),
    stale: of(entries, "stale").map(({ who, conversationId, seq }) => `${who}: ${conversationId} ${seq}`),
    lies: [...new Set(fails.map((entry) => entry.clientMsgId))].filter((key) => stored.has(key)),
    failed: [...fails.map(({ who, clientMsgId, code }) => `${who}: ${clientMsgId} ${code}`), ...unsent.map(({ who, clientMsgId, state }) => `${who}: ${clientMsgId} ${state}`)],
  };
}

/** Whether nothing was found. */
export function isClean(verdict: Verdict): boolean {
  return Object.values(verdict).every((list) => list.length === 0);
}

/** How screens differ from what is stored: one line for each that does. */
export function findWrongScreens(screens: readonly Screen[], rows: readonly StoredRow[]): string[] {
  const byConversation = groupBy(rows, (row) => row.conversationId);
  for (const list of byConversation.values()) list.sort((a, b) => a.seq - b.seq);
  return screens.flatMap((screen) => {
    const all = byConversation.get(screen.conversationId) ?? [];
    const expected = all.filter((row) => row.seq >= screen.first && !(screen.customer && row.hidden));
    const where = `${screen.who} ${screen.conversationId}`;
    const head = all.at(-1)?.seq ?? 0;
    if (screen.have !== head) return [`${where}: has ${screen.have} of ${head}`];
    if (screen.messages.length !== expected.length) return [`${where}: shows ${screen.messages.length} of ${expected.length}`];
    const wrong = expected.findIndex((row, n) => {
      const shown = screen.messages[n];
      return shown === undefined || shown.id !== row.id || shown.seq !== row.seq || shown.text !== row.text;
    });
    return wrong < 0 ? [] : [`${where}: differs at ${expected[wrong]?.seq ?? 0}`];
  });
}

function findGaps(rows: readonly StoredRow[], heads: readonly StoredHead[]): string[] {
  const byConversation = groupBy(rows, (row) => row.conversationId);
  return heads.filter(({ id, head }) => {
    const list = byConversation.get(id) ?? [];
    const numbers = new Set(list.map((row) => row.seq));
    return numbers.size !== list.length || list.length !== head || list.some((row) => row.seq < 1 || row.seq > head);
  }).map(({ id }) => id);
}

function differs(ok: Extract<Entry, { kind: "ok" }>, row: StoredRow): boolean {
  return ok.seq !== row.seq || (ok.id !== null && ok.id !== row.id) || (ok.conversationId !== null && ok.conversationId !== row.conversationId);
}

/* In each lane, the order of sending is the order of the numbers, of all that was stored. */
function findInversions(invokes: readonly Extract<Entry, { kind: "invoke" }>[], stored: ReadonlyMap<string, readonly StoredRow[]>): string[] {
  const newest = new Map<string, number>();
  const found: string[] = [];
  for (const { lane, clientMsgId } of invokes) {
    const row = stored.get(clientMsgId)?.[0];
    if (lane === null || row === undefined) continue;
    const key = `${lane} ${row.conversationId}`;
    if (row.seq <= (newest.get(key) ?? 0)) found.push(clientMsgId);
    newest.set(key, Math.max(row.seq, newest.get(key) ?? 0));
  }
  return found;
}

/** The entries of one kind. */
export function of<Kind extends Entry["kind"]>(entries: readonly Entry[], kind: Kind): Extract<Entry, { kind: Kind }>[] {
  return entries.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [item]);
    else list.push(item);
  }
  return groups;
}
