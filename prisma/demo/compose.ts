import type { Prisma } from "#prisma/generated/client.ts";
import { writeSystemText } from "#protocol/system-texts.ts";
import { hashPayload } from "#server/chat/message-draft.ts";
import { createId } from "#server/ids.ts";
import { type AgentKey, agents, customers } from "./people.ts";
import type { PictureName } from "./pictures.ts";
import type { Line, Story } from "./story.ts";

export type Ids = { readonly agents: Readonly<Record<AgentKey, string>>; readonly customers: ReadonlyMap<string, string> };

/** A picture that has to be stored: which, and where it belongs. */
export type WantedPicture = {
  readonly id: string;
  readonly name: PictureName;
  readonly uploaderId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly at: Date;
};

/** A story as rows, with every rule of a conversation kept: numbers without a gap, heads, waiting times, revisions. */
export type Composed = {
  readonly conversation: Prisma.ConversationCreateManyInput & { readonly lastSeq: bigint };
  readonly messages: readonly Prisma.MessageCreateManyInput[];
  readonly pictures: readonly WantedPicture[];
  /** How far the customer and the staff have read. */
  readonly read: { readonly customer: number; readonly staff: number };
};

const minute = 60_000;

export function composeStory(story: Story, { ids, now }: { ids: Ids; now: number }): Composed {
  const { customer, ago, lines, status, assignee, tags = [], priority = "normal", snoozedFor } = story;
  const id = createId();
  const customerId = ids.customers.get(customer) ?? createId();
  const { locale } = customers[customer];
  const times = timesOf(lines, now - ago * minute);
  const pictures: WantedPicture[] = [];
  let rev = 0;

  const messages = lines.map((line, index) => {
    const at = times[index] ?? new Date(now);
    const messageId = createId();
    const senderId = line.by === "system" ? null : line.by === "customer" ? customerId : ids.agents[line.by];
    const attachmentIds = line.pictures.map((name) => {
      const picture = { id: createId(), name, uploaderId: senderId ?? customerId, conversationId: id, messageId, at };
      pictures.push(picture);
      return picture.id;
    });
    const text = line.event === null ? line.text : writeSystemText(locale, line.event.name, line.event.agent === null ? "" : agents[line.event.agent].name);
    const content = { kind: line.kind, text, attachmentIds, replyTo: null };
    return {
      conversationId: id,
      seq: BigInt(index + 1),
      id: messageId,
      kind: line.kind,
      body: line.later === "recalled" ? "" : text,
      senderId,
      senderRole: line.by === "system" ? ("system" as const) : line.by === "customer" ? ("customer" as const) : ("agent" as const),
      clientMsgId: senderId === null ? null : createId(),
      payloadHash: senderId === null ? null : new Uint8Array(hashPayload(content)),
      attachmentIds,
      at,
      ...changeOf(line, at),
      rev: line.later === null ? null : BigInt(++rev),
    };
  });

  const last = times.at(-1) ?? new Date(now);
  return {
    conversation: {
      id, customerId, status, priority, tags: [...tags], rev: BigInt(rev),
      assigneeId: assignee === null ? null : ids.agents[assignee],
      lastSeq: BigInt(lines.length),
      lastPublicSeq: BigInt(lines.findLastIndex(({ kind }) => kind !== "note") + 1),
      waitingSince: status === "resolved" ? null : waitingSince(lines, times),
      snoozedUntil: snoozedFor === undefined ? null : new Date(now + snoozedFor * 60 * minute),
      resolvedAt: status === "resolved" ? last : null,
      createdAt: times[0] ?? last,
      updatedAt: last,
    },
    messages,
    pictures,
    read: readOf(story),
  };
}

/** The last line at `end`, each other one so long before the next as that says. */
function timesOf(lines: readonly Line[], end: number): Date[] {
  const times: Date[] = [];
  let at = end;
  for (const line of lines.toReversed()) {
    times.unshift(new Date(at));
    at -= line.after * minute;
  }
  return times;
}

function changeOf({ later }: Line, at: Date): { editedAt: Date | null; recalledAt: Date | null } {
  const changedAt = new Date(at.getTime() + 40_000);
  return { editedAt: later === "edited" ? changedAt : null, recalledAt: later === "recalled" ? changedAt : null };
}

/** When the first line came that nobody has answered yet. */
function waitingSince(lines: readonly Line[], times: readonly Date[]): Date | null {
  const answered = lines.findLastIndex(({ by, kind }) => by !== "customer" && by !== "system" && kind !== "note");
  const first = lines.findIndex(({ by }, index) => index > answered && by === "customer");
  return first === -1 ? null : (times[first] ?? null);
}

function readOf({ lines, unread = 0, unseen = 0 }: Story): Composed["read"] {
  return { customer: before(lines, ({ by, kind }) => by !== "customer" && kind !== "note", unseen), staff: before(lines, ({ by }) => by === "customer", unread) };
}

/** The number of the last line before the last `count` that fit. */
function before(lines: readonly Line[], fits: (line: Line) => boolean, count: number): number {
  const fitting = lines.flatMap((line, index) => (fits(line) ? [index + 1] : []));
  const first = count === 0 ? undefined : fitting.at(-count);
  return first === undefined ? lines.length : first - 1;
}
