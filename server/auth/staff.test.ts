import { beforeAll, describe, expect, test } from "vitest";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { createTestDatabase } from "#server/testing/database.ts";
import { createGuest, login } from "./accounts.ts";
import { ensureFirstAdmin, forgetFirstPassword } from "./first-admin.ts";
import { authenticate, type Identity } from "./identity.ts";
import { createStaff, listStaff, updateStaff } from "./staff.ts";
import { addStaff, createTestPlatform } from "#server/testing/platform.ts";

const here = { address: "192.0.2.1" };
const password = "correct horse";
let platform: Platform;
let admin: Identity;

beforeAll(async () => {
  platform = await createTestPlatform();
  admin = await signedIn("admin");
});

async function signedIn(role: "agent" | "admin", on = platform): Promise<Identity> {
  const { email } = await addStaff(on, { role });
  return authenticate(on, (await login(on, { email, password }, here)).token);
}

test("agents, customers and strangers may neither see nor change accounts", async () => {
  const agent = await signedIn("agent");
  const guest = await authenticate(platform, (await createGuest(platform, {}, here)).token);
  for (const [actor, code] of [[agent, "forbidden"], [guest, "forbidden"], [null, "unauthenticated"]] as const) {
    await expect(listStaff(platform, actor)).rejects.toMatchObject({ code });
    await expect(createStaff(platform, actor, { email: "x@shop.example", name: "X", role: "admin" })).rejects.toMatchObject({ code });
    await expect(updateStaff(platform, actor, { id: admin.userId, role: "agent" })).rejects.toMatchObject({ code });
  }
});

describe("createStaff", () => {
  test("makes an account that can sign in, with the password in this answer only", async () => {
    const made = await createStaff(platform, admin, { email: "Grace@Shop.example", name: "Grace", role: "agent" });
    expect(made).toEqual({
      id: made.id, role: "agent", name: "Grace", avatarUrl: null, email: "grace@shop.example", disabled: false, externalId: null,
      password: expect.stringMatching(/^\w{16}$/),
    });
    await expect(login(platform, { email: made.email, password: made.password ?? "" }, here)).resolves.toMatchObject({ user: { id: made.id } });
    const listed = (await listStaff(platform, admin)).find(({ id }) => id === made.id);
    expect(Object.keys(listed ?? {}).sort()).toEqual(["avatarUrl", "disabled", "email", "externalId", "id", "name", "role"]);
  });

  test("shows no password that the admin chose", async () => {
    const made = await createStaff(platform, admin, { email: "chosen@shop.example", name: "C", role: "agent", password: "chosen by the admin" });
    expect(made).not.toHaveProperty("password");
  });

  test("says which field is taken", async () => {
    const body = { email: "taken@shop.example", name: "T", role: "agent", externalId: "boss-1" } as const;
    await createStaff(platform, admin, body);
    await expect(createStaff(platform, admin, { ...body, email: "TAKEN@shop.example", externalId: null })).rejects.toMatchObject({ code: "conflict", details: { field: "email" } });
    await expect(createStaff(platform, admin, { ...body, email: "free@shop.example" })).rejects.toMatchObject({ code: "conflict", details: { field: "externalId" } });
  });
});

describe("updateStaff", () => {
  test.each([
    ["another role", { role: "admin" }],
    ["disabling", { disabled: true }],
    ["another password", { password: "a new password" }],
  ] as const)("S16: %s ends the account's sign-ins at once", async (_, patch) => {
    const { email, id } = await addStaff(platform);
    const { token } = await login(platform, { email, password }, here);
    await authenticate(platform, token);
    await updateStaff(platform, admin, { id, ...patch });
    await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("another name ends nothing", async () => {
    const { email, id } = await addStaff(platform);
    const { token } = await login(platform, { email, password }, here);
    expect(await updateStaff(platform, admin, { id, name: "Renamed", role: "agent", disabled: false })).toMatchObject({ name: "Renamed" });
    await expect(authenticate(platform, token)).resolves.toBeDefined();
  });

  test("a new password is the one that counts", async () => {
    const { email, id } = await addStaff(platform);
    await updateStaff(platform, admin, { id, password: "a new password" });
    await expect(login(platform, { email, password }, { address: "192.0.2.77" })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(login(platform, { email, password: "a new password" }, here)).resolves.toBeDefined();
  });

  test("a disabled account cannot sign in until it is enabled", async () => {
    const { email, id } = await addStaff(platform);
    await updateStaff(platform, admin, { id, disabled: true });
    await expect(login(platform, { email, password }, { address: "192.0.2.78" })).rejects.toMatchObject({ code: "unauthenticated" });
    await updateStaff(platform, admin, { id, disabled: false });
    await expect(login(platform, { email, password }, here)).resolves.toBeDefined();
  });

  test("knows no customers and no strangers", async () => {
    const guest = await createGuest(platform, {}, here);
    for (const id of [guest.user.id, createId()]) {
      await expect(updateStaff(platform, admin, { id, role: "admin" })).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("keeps the last enabled admin", async () => {
    const own = await createTestPlatform();
    const last = await signedIn("admin", own);
    await addStaff(own, { role: "admin", disabled: true });
    for (const patch of [{ role: "agent" }, { disabled: true }] as const) {
      await expect(updateStaff(own, last, { id: last.userId, ...patch })).rejects.toMatchObject({ code: "conflict" });
    }
    await expect(updateStaff(own, last, { id: last.userId, name: "Still here" })).resolves.toMatchObject({ role: "admin", disabled: false });
  });

  test("keeps one of two admins who remove each other at the same moment", async () => {
    const own = await createTestPlatform();
    const [one, other] = [await signedIn("admin", own), await signedIn("admin", own)];
    const answers = await Promise.allSettled([
      updateStaff(own, one, { id: other.userId, disabled: true }),
      updateStaff(own, other, { id: one.userId, role: "agent" }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await own.database.prisma.user.count({ where: { role: "admin", disabled: false } })).toBe(1);
  });
});

describe("ensureFirstAdmin", () => {
  test("makes one admin however many nodes start at once, and shows the password until it was seen", async () => {
    const database = await createTestDatabase();
    const nodes = await Promise.all(Array.from({ length: 3 }, () => createTestPlatform({}, database)));
    const answers = await Promise.all(nodes.flatMap((node) => [ensureFirstAdmin(node), ensureFirstAdmin(node)]));
    const [made, ...more] = answers.filter((answer) => answer !== null);
    expect(more).toEqual([]);
    expect(made).toEqual({ email: "admin@localhost", password: expect.stringMatching(/^\w{16}$/) });
    const node = nodes[Math.floor(answers.findIndex((answer) => answer !== null) / 2)];
    if (!node || !made) throw new Error("nothing was made");
    expect(await ensureFirstAdmin(node)).toEqual(made);
    await Promise.all(nodes.map((one) => forgetFirstPassword(one.config)));
    expect(await ensureFirstAdmin(node)).toBeNull();
    await expect(login(node, { email: made.email, password: made.password ?? "" }, here)).resolves.toMatchObject({ user: { role: "admin" } });
  });

  test("takes address and password from the settings, and does not show them", async () => {
    const own = await createTestPlatform({ ADMIN_EMAIL: "Boss@Shop.example", ADMIN_PASSWORD: "from the settings" });
    expect(await ensureFirstAdmin(own)).toEqual({ email: "boss@shop.example", password: null });
    await expect(login(own, { email: "boss@shop.example", password: "from the settings" }, here)).resolves.toBeDefined();
  });
});
