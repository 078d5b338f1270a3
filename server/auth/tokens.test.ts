import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import { deriveSecrets } from "./secrets.ts";
import { signToken, type TokenType, verifyJwt, verifyToken } from "./tokens.ts";

const secrets = deriveSecrets("a secret that only tests know: 0123456789", "the secret of the host site, for tests");
const claims = { sub: createId(), role: "agent", sid: createId(), ver: 3 } as const;
const now = (): number => Math.floor(Date.now() / 1_000);
const inOneMinute = (): Date => new Date((now() + 60) * 1_000);

/** A JWT put together by hand, as an attacker would. */
function forge(header: object, payload: object, key: Uint8Array = secrets.key("access")): string {
  const body = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
}

const valid = (): object => ({ ...claims, typ: "access", iat: now(), exp: now() + 60 });
const hs256 = { alg: "HS256" };

/** Which of these tokens are not refused as `unauthenticated`. */
async function accepted(tokens: readonly unknown[], type: TokenType = "access"): Promise<unknown[]> {
  const answers = await Promise.all(tokens.map((token) => verifyToken(secrets, type, token).then(() => null, (error: unknown) => error)));
  return tokens.filter((_, index) => {
    const error = answers[index];
    return !(isDomainError(error) && error.code === "unauthenticated");
  });
}

test("answers what a token of ours says", async () => {
  const expiresAt = inOneMinute();
  const token = await signToken(secrets, "access", { claims, expiresAt });
  expect(await verifyToken(secrets, "access", token)).toEqual({ claims, expiresAt });
});

test("puts exactly the claims of the contract into an access token", async () => {
  const token = await signToken(secrets, "access", { claims, expiresAt: inOneMinute() });
  const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  expect(payload).toEqual({ ...claims, typ: "access", iat: expect.any(Number), exp: expect.any(Number) });
});

test("accepts a well-made token of another signer with our key", async () => {
  expect((await verifyToken(secrets, "access", forge(hs256, valid()))).claims).toEqual(claims);
});

describe("S10: refuses", () => {
  const unsigned = (alg: string): string => {
    const [, payload] = forge(hs256, valid()).split(".");
    return `${Buffer.from(JSON.stringify({ alg, typ: "JWT" })).toString("base64url")}.${payload}.`;
  };

  test.each(["none", "None", "NONE", ""])("the algorithm %j", async (alg) => {
    expect(await accepted([unsigned(alg), `${unsigned(alg)}AAAA`, forge({ alg }, valid())])).toEqual([]);
  });

  test.each(["HS384", "HS512", "RS256", "ES256", "EdDSA"])("%s", async (alg) => {
    expect(await accepted([forge({ alg }, valid())])).toEqual([]);
  });

  test("a key that the header names or brings", async () => {
    const own = new TextEncoder().encode("an attacker's own key, 32 bytes long.");
    const jwk = { kty: "oct", k: Buffer.from(own).toString("base64url") };
    expect(await accepted([
      forge({ ...hs256, jwk }, valid(), own),
      forge({ ...hs256, kid: "../../dev/null" }, valid(), new Uint8Array(32)),
      forge({ ...hs256, jku: "https://evil.example/keys" }, valid(), own),
      forge({ ...hs256, crit: ["exp"] }, valid()),
    ])).toEqual([]);
  });
});

describe("S11: refuses", () => {
  test.each([
    ["expired by 61 s", { exp: now() - 61 }],
    ["expired by 1 s", { exp: now() - 1 }],
    ["not valid for another hour", { nbf: now() + 3_600 }],
    ["exp as a string", { exp: String(now() + 60) }],
    ["exp as null", { exp: null }],
    ["nbf as a string", { nbf: "0" }],
  ])("a token: %s", async (_, change) => {
    expect(await accepted([forge(hs256, { ...valid(), ...change })])).toEqual([]);
  });

  test("a token without exp", async () => {
    expect(await accepted([forge(hs256, { ...claims, typ: "access", iat: now() })])).toEqual([]);
  });

  test("an expired token, saying so only because the token is ours", async () => {
    await expect(verifyToken(secrets, "access", forge(hs256, { ...valid(), exp: now() - 120 }))).rejects.toMatchObject({ details: { reason: "expired" } });
    const foreign = forge(hs256, { ...valid(), exp: now() - 120 }, new Uint8Array(32));
    await expect(verifyToken(secrets, "access", foreign)).rejects.toMatchObject({ details: undefined });
  });
});

describe("S12: refuses", () => {
  test("a token of one kind as every other", async () => {
    const expiresAt = inOneMinute();
    const tokens = {
      access: await signToken(secrets, "access", { claims, expiresAt }),
      file: await signToken(secrets, "file", { claims: { sub: createId() }, expiresAt }),
      gateway: await signToken(secrets, "gateway", { claims: { ...claims, gateways: ["rayim"] }, expiresAt }),
      ticket: await signToken(secrets, "ticket", { claims: { ...claims, jti: createId(), until: now() }, expiresAt }),
    } as const;
    const kinds = ["access", "file", "gateway", "ticket"] as const;
    for (const asked of kinds) expect(await accepted(Object.values(tokens), asked)).toEqual([tokens[asked]]);
  });

  test("the right key with a wrong typ", async () => {
    const typs = ["file", "ACCESS", ["access"], null, undefined];
    expect(await accepted(typs.map((typ) => forge(hs256, { ...valid(), typ })))).toEqual([]);
  });

  test("claims of a wrong shape", async () => {
    const changes = [{ sub: "me" }, { sub: { $ne: 1 } }, { role: "root" }, { sid: null }, { ver: "3" }, { ver: 1.5 }];
    expect(await accepted(changes.map((change) => forge(hs256, { ...valid(), ...change })))).toEqual([]);
  });
});

test("S14: refuses whatever is no token, before parsing it", async () => {
  const long = forge(hs256, { ...valid(), filler: "x".repeat(8_000) });
  const strange = [null, undefined, 1, true, {}, { $ne: 1 }, [], ["a.b.c"], "", "a", "a.b", "a.b.c.d", "%E0%A4%A", "xk_123", long, "x".repeat(900_000)];
  expect(await accepted(strange)).toEqual([]);
});

test("accepts no mutation of a valid token", async () => {
  const token = forge(hs256, valid());
  const change = fc.tuple(fc.nat(token.length - 1), fc.integer({ min: 32, max: 126 }))
    .map(([at, code]) => token.slice(0, at) + String.fromCodePoint(code) + token.slice(at + 1));
  const changed = fc.sample(change, 2_000).filter((other) => other !== token);
  expect(await accepted(changed)).toEqual([]);
});

test("accepts one spelling of a signature only", async () => {
  const token = forge(hs256, valid());
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  expect(await accepted(letters.split("").map((last) => token.slice(0, -1) + last))).toEqual([token]);
});

test("grants the clock of a host site 60 s", async () => {
  const key = secrets.site;
  const signed = (change: object): string => forge(hs256, { sub: "42", ...change }, key);
  await expect(verifyJwt(signed({ exp: now() - 50 }), { key, longest: 8_192 })).resolves.toMatchObject({ sub: "42" });
  await expect(verifyJwt(signed({ exp: now() - 61 }), { key, longest: 8_192 })).rejects.toMatchObject({ code: "unauthenticated" });
});
