import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { createGuest, login } from "./accounts.ts";
import { authenticate } from "./identity.ts";
import { identify } from "./identify.ts";
import { addStaff, createTestPlatform, siteSecret } from "#server/testing/platform.ts";

const here = { address: "192.0.2.1" };
let platform: Platform;

beforeAll(async () => {
  platform = await createTestPlatform();
});

/** An identity as a host site signs it. */
function sign(claims: Record<string, unknown>, { secret = siteSecret, lifetime = "5m" }: { secret?: string; lifetime?: string | null } = {}): Promise<string> {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
  return (lifetime === null ? jwt : jwt.setExpirationTime(lifetime)).sign(new TextEncoder().encode(secret));
}

async function identifyAs(claims: Record<string, unknown>, token: string | null = null) {
  return identify(platform, { identity: await sign(claims), token }, here);
}

/** A conversation of this user with one message of theirs. */
async function addConversation(userId: string, status: "open" | "snoozed" | "resolved" = "open") {
  const { prisma } = platform.database;
  const id = createId();
  const clientMsgId = createId();
  await prisma.conversation.create({ data: { id, customerId: userId, status, lastSeq: 1, lastPublicSeq: 1 } });
  await prisma.message.create({ data: { conversationId: id, seq: 1, id: createId(), kind: "text", body: "你好", senderId: userId, senderRole: "customer", clientMsgId } });
  await prisma.readMark.create({ data: { conversationId: id, userId, staff: false, read: 1 } });
  return { id, clientMsgId };
}

describe("identify", () => {
  test("makes the customer, and knows it again", async () => {
    const first = await identifyAs({ sub: "10086", name: "王芳", email: "Wang@Shop.example", attributes: { vip: true } });
    expect(first.grant.user).toEqual({ id: first.grant.user.id, role: "customer", name: "王芳", avatarUrl: null, guest: false, externalId: "10086" });
    expect(first.merged).toBeNull();
    const again = await identifyAs({ sub: "10086" });
    expect(again.grant.user).toEqual(first.grant.user);
    const row = await platform.database.prisma.user.findUniqueOrThrow({ where: { id: first.grant.user.id } });
    expect(row).toMatchObject({ email: "wang@shop.example", attributes: { vip: true } });
    await identifyAs({ sub: "10086", name: "王小芳", attributes: {} });
    expect(await platform.database.prisma.user.findUniqueOrThrow({ where: { id: row.id } })).toMatchObject({ name: "王小芳", email: "wang@shop.example", attributes: {} });
  });

  test("makes one customer of many pages that identify at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => identifyAs({ sub: "all-at-once" })));
    expect(new Set(answers.map(({ grant }) => grant.user.id)).size).toBe(1);
  });

  test("keeps the sign-in of a customer who identifies again with its token", async () => {
    const { grant } = await identifyAs({ sub: "same-sign-in" });
    const again = await identifyAs({ sub: "same-sign-in" }, grant.token);
    expect((await authenticate(platform, again.grant.token)).signInId).toBe((await authenticate(platform, grant.token)).signInId);
  });

  test("S102: refuses what the host site did not sign", async () => {
    const claims = { sub: "victim" };
    const valid = await sign(claims);
    const wrong = [
      await sign(claims, { secret: "another secret, which is not the site's" }),
      await sign(claims, { lifetime: null }),
      await sign(claims, { lifetime: "-2m" }),
      await sign({}),
      await sign({ sub: ["victim"] }),
      await sign({ sub: "" }),
      await sign({ sub: "x".repeat(201) }),
      await sign({ sub: "nul\u0000" }),
      valid.slice(0, -2),
      "",
      "victim",
    ];
    for (const identity of wrong) {
      await expect(identify(platform, { identity, token: null }, here)).rejects.toMatchObject({ code: "unauthenticated" });
    }
    expect(await platform.database.prisma.user.count({ where: { externalId: "victim" } })).toBe(0);
  });

  test("takes ids of different case as different people", async () => {
    const [lower, upper] = [await identifyAs({ sub: "abc" }), await identifyAs({ sub: "ABC" })];
    expect(lower.grant.user.id).not.toBe(upper.grant.user.id);
  });

  test.each([
    { name: 5 }, { name: "" }, { name: "x".repeat(81) }, { email: "a@evil.com,v@victim.com" }, { email: '"e@evil.com"@victim.com' },
    { email: "<b>@victim.com" }, { attributes: [] }, { attributes: "x" }, { attributes: { a: "\u0000" } }, { attributes: { "\ud800": 1 } },
    { attributes: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } } },
  ])("S56: refuses details that cannot be kept: %j", async (details) => {
    await expect(identifyAs({ sub: "details", ...details })).rejects.toMatchObject({ code: "bad_request" });
  });

  test("keeps attributes with names of objects as plain data", async () => {
    const { grant } = await identifyAs({ sub: "prototype", attributes: JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1}') });
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
    expect(grant.user.role).toBe("customer");
  });

  test("never lets a member of staff in", async () => {
    const { id } = await addStaff(platform);
    await platform.database.prisma.user.update({ where: { id }, data: { externalId: "boss" } });
    await expect(identifyAs({ sub: "boss", name: "Mallory" })).rejects.toMatchObject({ code: "forbidden" });
    expect(await platform.database.prisma.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ name: "Ada" });
  });
});

describe("identify with a guest's token", () => {
  test("moves the guest's conversations, messages and marks, and ends the guest", async () => {
    const guest = await createGuest(platform, {}, here);
    const { id, clientMsgId } = await addConversation(guest.user.id);
    const { grant, merged } = await identifyAs({ sub: "moves" }, guest.token);
    const customerId = grant.user.id;
    expect(merged).toEqual({ guestId: guest.user.id, customerId, conversationIds: [id], resolvedId: null, xid: expect.any(Number) });
    const { prisma } = platform.database;
    expect(await prisma.conversation.findUniqueOrThrow({ where: { id } })).toMatchObject({ customerId, status: "open" });
    expect(await prisma.message.findFirst({ where: { senderId: customerId, clientMsgId } })).not.toBeNull();
    expect(await prisma.readMark.findMany({ where: { conversationId: id } })).toMatchObject([{ userId: customerId, read: 1n }]);
    await expect(authenticate(platform, guest.token)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(authenticate(platform, grant.token)).resolves.toMatchObject({ userId: customerId, guest: false });
  });

  test("resolves the guest's unresolved conversation where the customer has one", async () => {
    const known = await identifyAs({ sub: "both" });
    const kept = await addConversation(known.grant.user.id, "snoozed");
    const guest = await createGuest(platform, {}, here);
    const old = await addConversation(guest.user.id, "resolved");
    const open = await addConversation(guest.user.id);
    const { merged } = await identifyAs({ sub: "both" }, guest.token);
    expect(merged?.resolvedId).toBe(open.id);
    expect(new Set(merged?.conversationIds)).toEqual(new Set([old.id, open.id]));
    const rows = await platform.database.prisma.conversation.findMany({ where: { customerId: known.grant.user.id } });
    expect(new Map(rows.map(({ id, status }) => [id, status]))).toEqual(new Map([[kept.id, "snoozed"], [old.id, "resolved"], [open.id, "resolved"]]));
    expect(rows.find(({ id }) => id === open.id)?.resolvedAt).not.toBeNull();
  });

  test("merges once when two pages identify at the same moment", async () => {
    const guest = await createGuest(platform, {}, here);
    await addConversation(guest.user.id);
    const answers = await Promise.all([identifyAs({ sub: "twice" }, guest.token), identifyAs({ sub: "twice" }, guest.token)]);
    expect(answers.filter(({ merged }) => merged !== null)).toHaveLength(1);
    expect(await platform.database.prisma.conversation.count({ where: { customer: { externalId: "twice" } } })).toBe(1);
  });

  test("gives a guest to one customer only, when two claim it at the same moment", async () => {
    const guest = await createGuest(platform, {}, here);
    const { id } = await addConversation(guest.user.id);
    const answers = await Promise.all([identifyAs({ sub: "claims-1" }, guest.token), identifyAs({ sub: "claims-2" }, guest.token)]);
    const merged = answers.flatMap((answer) => answer.merged ?? []);
    expect(merged).toHaveLength(1);
    expect((await platform.database.prisma.conversation.findUniqueOrThrow({ where: { id } })).customerId).toBe(merged[0]?.customerId);
  });

  test("answers the same when the first answer was lost and the dead token comes again", async () => {
    const guest = await createGuest(platform, {}, here);
    const first = await identifyAs({ sub: "lost-answer" }, guest.token);
    const again = await identifyAs({ sub: "lost-answer" }, guest.token);
    expect(again.grant.user).toEqual(first.grant.user);
    expect(again.merged).toBeNull();
  });

  test("leaves other customers and staff alone when their token comes along", async () => {
    const other = await identifyAs({ sub: "other" });
    const { id } = await addConversation(other.grant.user.id);
    const { email } = await addStaff(platform);
    const staff = await login(platform, { email, password: "correct horse" }, here);
    for (const token of [other.grant.token, staff.token]) {
      expect((await identifyAs({ sub: "newcomer" }, token)).merged).toBeNull();
      await expect(authenticate(platform, token)).resolves.toBeDefined();
    }
    expect((await platform.database.prisma.conversation.findUniqueOrThrow({ where: { id } })).customerId).toBe(other.grant.user.id);
  });

  test("refuses a token that is not ours", async () => {
    await expect(identifyAs({ sub: "malformed" }, "not.a.token")).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("remembers the notices that the guest has seen", async () => {
    const guest = await createGuest(platform, {}, here);
    const { prisma } = platform.database;
    const notice = await prisma.notice.create({ data: { id: createId(), title: "t", body: "b", level: "info", audience: "everyone" } });
    await prisma.noticeMark.create({ data: { noticeId: notice.id, userId: guest.user.id, deliveredAt: new Date(), dismissedAt: new Date() } });
    const { grant } = await identifyAs({ sub: "notices" }, guest.token);
    expect(await prisma.noticeMark.findMany({ where: { noticeId: notice.id } })).toMatchObject([{ userId: grant.user.id, dismissedAt: expect.any(Date) }]);
  });
});
