import type { Prisma } from "#prisma/generated/client.ts";
import { hashPassword } from "#server/auth/passwords.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { chinese } from "./chinese.ts";
import { english } from "./english.ts";
import { notices } from "./notices.ts";
import { agents, customers, markerId } from "./people.ts";
import { composeStory, type Composed, type Ids } from "./compose.ts";
import { storePictures } from "./store-pictures.ts";

type Needs = Pick<Platform, "database" | "storage" | "log">;
type Rows = Prisma.TransactionClient;

/** What was added; `already`: nothing, because it stands there from before; `occupied`: nothing, because others' conversations do. */
export type Filled =
  | { readonly state: "already" }
  | { readonly state: "occupied" }
  | { readonly state: "done"; readonly conversations: number; readonly messages: number; readonly pictures: number; readonly notices: number };

const stories = [...chinese, ...english];
const minute = 60_000;
const hour = 60 * minute;

/**
 * Fills an installation with a shop, its agents and customers, their conversations of the last days, and notices: all
 * of it or nothing. A second time it adds nothing. Where there are conversations already, it does so only `besides`.
 */
export async function fillDemo(platform: Needs, { password, besides }: { password: string; besides: boolean }): Promise<Filled> {
  const { prisma } = platform.database;
  const state = await look(prisma, besides);
  if (state !== "empty") return { state };
  const now = Date.now();
  const ids = makeIds();
  const passwordHash = await hashPassword(password);
  const composed = stories.map((story) => composeStory(story, { ids, now }));
  const pictures = await storePictures(platform, composed.flatMap((one) => one.pictures));

  const added = await prisma.$transaction(async (rows) => {
    await rows.$executeRaw`select pg_advisory_xact_lock(hashtext('demo'))`;
    const found = await look(rows, besides);
    if (found !== "empty") return found;
    await addPeople(rows, { ids, now, passwordHash });
    await addConversations(rows, composed);
    await rows.attachment.createMany({ data: pictures });
    await addNotices(rows, { ids, now });
    return null;
  }, { timeout: 60_000, maxWait: 10_000 });

  if (added !== null) return { state: added };
  const messages = composed.reduce((sum, one) => sum + one.messages.length, 0);
  return { state: "done", conversations: composed.length, messages, pictures: pictures.length, notices: notices.length };
}

async function look(rows: Pick<Rows, "user" | "conversation">, besides: boolean): Promise<"already" | "occupied" | "empty"> {
  if (await rows.user.findUnique({ where: { externalId: markerId }, select: { id: true } })) return "already";
  return !besides && (await rows.conversation.findFirst({ select: { id: true } })) ? "occupied" : "empty";
}

function makeIds(): Ids {
  return {
    agents: { mei: createId(), wen: createId(), emma: createId() },
    customers: new Map(Object.keys(customers).map((key) => [key, createId()])),
  };
}

type Moment = { ids: Ids; now: number };

async function addPeople(rows: Rows, { ids, now, passwordHash }: Moment & { passwordHash: string }): Promise<void> {
  const joined = new Date(now - 30 * 24 * hour);
  const staff = Object.entries(agents).map(([key, { name, email, locale }]) => ({
    id: agentId(ids, key), role: "agent" as const, name, email, locale, passwordHash, createdAt: joined,
  }));
  const came = (key: string) => Math.max(...stories.filter(({ customer }) => customer === key).map(({ ago, lines }) => ago + lines.reduce((sum, line) => sum + line.after, 5)));
  const shoppers = Object.entries(customers).map(([key, { name, locale, externalId, attributes }]) => ({
    id: ids.customers.get(key) ?? createId(), role: "customer" as const, guest: externalId === null, name, locale, externalId, attributes,
    createdAt: new Date(now - came(key) * minute),
  }));
  await rows.user.createMany({ data: [...staff, ...shoppers] });
  const receiving = Object.entries(agents).filter(([, { receives }]) => receives);
  await rows.waiter.createMany({ data: receiving.map(([key]) => ({ userId: agentId(ids, key), since: joined })) });
}

function agentId({ agents: known }: Ids, key: string): string {
  return key === "mei" ? known.mei : key === "wen" ? known.wen : known.emma;
}

async function addConversations(rows: Rows, composed: readonly Composed[]): Promise<void> {
  const staff = await rows.user.findMany({ where: { role: { not: "customer" } }, select: { id: true } });
  await rows.conversation.createMany({ data: composed.map((one) => one.conversation) });
  await rows.message.createMany({ data: composed.flatMap((one) => one.messages) });
  await rows.readMark.createMany({
    data: composed.flatMap(({ conversation: { id, customerId, lastSeq }, read }) => [
      { conversationId: id, userId: customerId, staff: false, delivered: lastSeq, read: BigInt(read.customer) },
      ...staff.map((one) => ({ conversationId: id, userId: one.id, staff: true, delivered: lastSeq, read: BigInt(read.staff) })),
    ]),
  });
}

async function addNotices(rows: Rows, { ids, now }: Moment): Promise<void> {
  const people = { customers: [...ids.customers.values()], staff: Object.values(ids.agents) };
  for (const { title, body, level, audience, requireAck, status, writtenAgo, ...times } of notices) {
    const id = createId();
    const at = (hours: number | undefined) => (hours === undefined ? null : new Date(now + hours * hour));
    const writtenAt = new Date(now - writtenAgo * hour);
    const isOut = status === "published" || status === "withdrawn";
    const audiences = audience === "everyone" ? [...people.customers, ...people.staff] : people[audience];
    await rows.notice.create({
      data: {
        id, title, body, level, audience, requireAck, status, startsAt: at(times.startsIn), endsAt: at(times.endsIn), createdAt: writtenAt,
        publishedAt: isOut ? new Date(writtenAt.getTime() + 10 * minute) : null, online: isOut ? Math.ceil(audiences.length * 0.6) : 0,
      },
    });
    if (!isOut) continue;
    const sawAt = (index: number) => new Date(writtenAt.getTime() + (11 + index * 7) * minute);
    const ofTen = (index: number, count = 0) => (index * 10 < count * audiences.length ? sawAt(index) : null);
    await rows.noticeMark.createMany({
      data: audiences.map((userId, index) => ({
        noticeId: id, userId, deliveredAt: new Date(writtenAt.getTime() + (10 + index) * minute), seenAt: ofTen(index, times.seen),
        acknowledgedAt: ofTen(index, times.acknowledged), dismissedAt: ofTen(index, times.dismissed),
      })),
    });
  }
}
