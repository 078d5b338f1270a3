import { beforeAll, expect, test } from "vitest";
import type { Platform } from "#server/platform.ts";
import { createTestDatabase } from "#server/testing/database.ts";
import { createGuest, logout } from "./accounts.ts";
import { authenticate, type Identity } from "./identity.ts";
import { createTestPlatform } from "#server/testing/platform.ts";
import { createTicket, spendTicket, sweepSignIns } from "./tickets.ts";

const here = { address: "192.0.2.1" };
let nodes: Platform[];
let platform: Platform;

beforeAll(async () => {
  const database = await createTestDatabase();
  platform = await createTestPlatform({}, database);
  nodes = [platform, await createTestPlatform({}, database)];
});

async function guest(): Promise<Identity> {
  return authenticate(platform, (await createGuest(platform, {}, here)).token);
}

test("lets its buyer in for as long as the buyer's token lives", async () => {
  const identity = await guest();
  const { ticket, expiresAt } = await createTicket(platform, identity);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
  expect(await spendTicket(platform, ticket)).toEqual({ ...identity, via: "ticket" });
});

test("lets one in, whichever node it is shown to and however often", async () => {
  const { ticket } = await createTicket(platform, await guest());
  const answers = await Promise.allSettled([...nodes, ...nodes, ...nodes].map((node) => spendTicket(node, ticket)));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("is worth nothing after its buyer's logout", async () => {
  const identity = await guest();
  const { ticket } = await createTicket(platform, identity);
  await logout(platform, identity, {});
  await expect(spendTicket(platform, ticket)).rejects.toMatchObject({ code: "unauthenticated" });
});

test("is no access token, and an access token is no ticket", async () => {
  const { token } = await createGuest(platform, {}, here);
  const { ticket } = await createTicket(platform, await authenticate(platform, token));
  await expect(authenticate(platform, ticket)).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(spendTicket(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
});

test("cannot be bought with a ticket", async () => {
  await expect(createTicket(platform, { ...await guest(), via: "ticket" })).rejects.toMatchObject({ code: "forbidden" });
});

test("is forgotten when it has expired, as are sign-ins a week later", async () => {
  const { prisma } = platform.database;
  const [kept, gone] = [await guest(), await guest()];
  await prisma.signIn.update({ where: { id: gone.signInId }, data: { expiresAt: new Date(Date.now() - 8 * 86_400_000) } });
  await prisma.spentTicket.create({ data: { id: gone.signInId, expiresAt: new Date(Date.now() - 120_000) } });
  await sweepSignIns(platform);
  expect(await prisma.signIn.count({ where: { id: { in: [kept.signInId, gone.signInId] } } })).toBe(1);
  expect(await prisma.spentTicket.count({ where: { id: gone.signInId } })).toBe(0);
});
