import { beforeAll, describe, expect, test } from "vitest";
import { errors } from "#protocol/errors.ts";
import { isDomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import { createGuest, login } from "./accounts.ts";
import { authenticate } from "./identity.ts";
import { limitsOf } from "./limits.ts";
import { passwordTurns } from "./passwords.ts";
import { addStaff, createTestPlatform } from "#server/testing/platform.ts";

const password = "correct horse";
let platform: Platform;

beforeAll(async () => {
  platform = await createTestPlatform();
});

/** An address of its own, so that tests do not use up each other's limits. */
let addresses = 0;
function newAddress(): { address: string } {
  addresses += 1;
  return { address: `192.0.2.${addresses}` };
}

/** The code and text of a refused sign-in. */
async function refusal(input: { email: string; password: string }, from = newAddress()): Promise<unknown> {
  return login(platform, input, from).then(() => "let in", (error: unknown) => (isDomainError(error) ? [error.code, error.message] : error));
}

describe("login", () => {
  test("answers a token and who it is, whatever the case of the e-mail address", async () => {
    const { email, id } = await addStaff(platform, { role: "admin", email: "ada.lovelace@shop.example" });
    const grant = await login(platform, { email: ` ${email.toUpperCase()} `, password }, newAddress());
    expect(grant.user).toEqual({ id, role: "admin", name: "Ada", avatarUrl: null, guest: false, externalId: null });
    expect(await authenticate(platform, grant.token)).toMatchObject({ userId: id, role: "admin", via: "access" });
  });

  test("S45: says and does the same for a wrong password, an unknown account, a disabled one and a customer", async () => {
    const { email } = await addStaff(platform);
    const disabled = await addStaff(platform, { disabled: true });
    const inputs = [
      { email, password: "wrong" },
      { email: "nobody@shop.example", password: "wrong" },
      { email: disabled.email, password },
      { email: "not an address", password },
      { email: "nul\u0000@shop.example", password },
      { email: "\ud800@shop.example", password },
      { email: "", password: "" },
    ];
    for (const input of inputs) {
      const before = passwordTurns().begun;
      expect(await refusal(input)).toEqual(["unauthenticated", "The e-mail address or the password is wrong."]);
      expect(passwordTurns().begun - before).toBe(1);
    }
  });

  test("lets fifty agents in who sign in behind one address at once", async () => {
    const accounts = await Promise.all(Array.from({ length: 50 }, () => addStaff(platform)));
    const from = newAddress();
    const grants = await Promise.all(accounts.map(({ email }) => login(platform, { email, password }, from)));
    expect(new Set(grants.map(({ user }) => user.id)).size).toBe(50);
  });

  test("S111: refuses an address after five failures, and says when to come back", async () => {
    const { email } = await addStaff(platform);
    const from = newAddress();
    for (let round = 0; round < 5; round += 1) expect(await refusal({ email, password: "wrong" }, from)).toContain("unauthenticated");
    const error = await login(platform, { email, password }, from).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "rate_limited" });
    expect(isDomainError(error) && error.retryAfterMs !== undefined && error.retryAfterMs > 200_000 && error.retryAfterMs <= 300_000).toBe(true);
  });

  test("S111: attempts sent all at once get no more tries than the limit", async () => {
    const { email } = await addStaff(platform);
    const from = newAddress();
    const answers = await Promise.all(Array.from({ length: 40 }, () => refusal({ email, password: "wrong" }, from)));
    const tried = answers.filter((answer) => Array.isArray(answer) && answer[0] === "unauthenticated");
    // Two are looked at side by side.
    expect(tried.length).toBeLessThanOrEqual(6);
  });

  test("S111: strangers at a thousand addresses slow an account down but do not lock its owner out", async () => {
    const { email } = await addStaff(platform);
    for (let round = 0; round < 12; round += 1) await limitsOf(platform).count("loginAccount", { key: email, address: `198.18.0.${round}` });
    const start = performance.now();
    await expect(login(platform, { email, password }, newAddress())).resolves.toMatchObject({ user: { name: "Ada" } });
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  test("leaves exempt addresses alone", async () => {
    const own = await createTestPlatform({ RATE_LIMIT_EXEMPT: "127.0.0.0/8,::1" });
    const { email } = await addStaff(own);
    for (let round = 0; round < 12; round += 1) {
      await expect(login(own, { email, password: "wrong" }, { address: "127.0.0.1" })).rejects.toMatchObject({ code: "unauthenticated" });
    }
    await expect(login(own, { email, password }, { address: "127.0.0.1" })).resolves.toBeDefined();
  });
});

describe("createGuest", () => {
  test("S43: answers only what everyone may know of a user", async () => {
    const { user } = await createGuest(platform, { name: "小明" }, newAddress());
    expect(Object.keys(user).sort()).toEqual(["avatarUrl", "externalId", "guest", "id", "name", "role"]);
  });

  test.each([["zh-CN", /^访客 \d{4}$/], ["zh-Hans-CN", /^访客 \d{4}$/], ["en", /^Guest \d{4}$/], [undefined, /^访客/], ["\u0000'; --", /^访客/]])(
    "names a nameless guest in its language: %j", async (locale, name) => {
      expect((await createGuest(platform, { locale }, newAddress())).user.name).toMatch(name);
    });

  test("gives a guest 30 days", async () => {
    const { expiresAt } = await createGuest(platform, {}, newAddress());
    expect((Date.parse(expiresAt) - Date.now()) / 86_400_000).toBeCloseTo(30, 2);
  });

  test("limits how many one address makes", async () => {
    const from = newAddress();
    await limitsOf(platform).count("guestIp", { key: from.address, ...from, points: 300 });
    await expect(createGuest(platform, {}, from)).rejects.toMatchObject({ code: "rate_limited" });
    expect(errors.rate_limited.retryable).toBe(true);
  });
});
