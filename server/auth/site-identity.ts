import * as z from "zod/mini";
import { limits } from "#protocol/limits.ts";
import { line } from "#protocol/objects.ts";
import { DomainError } from "#server/errors.ts";
import type { Secrets } from "./secrets.ts";
import { verifyJwt } from "./tokens.ts";

/** Who the host site says its visitor is. What it leaves out is undefined. */
export type SiteIdentity = {
  externalId: string;
  name?: string | undefined;
  email?: string | undefined;
  attributes?: Record<string, Value> | undefined;
};

/** What PostgreSQL can hold as JSON. */
type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

const longest = 8_192;
const subject = line(1, 200);
const text = line(0, longest);

const profile = z.object({
  name: z.optional(line(1, limits.nameCharacters)),
  email: z.optional(z.email().check(z.maxLength(limits.emailCharacters), z.toLowerCase())),
});

/**
 * Verifies an identity that the host site signed (HS256, its site secret; `sub` and `exp` must be there).
 * Errors: `unauthenticated`; `bad_request` for a name, e-mail address or attributes that we cannot keep.
 */
export async function verifySiteIdentity({ site }: Pick<Secrets, "site">, identity: string): Promise<SiteIdentity> {
  const payload = await verifyJwt(identity, { key: site, longest });
  const externalId = z.safeParse(subject, payload["sub"]);
  if (!externalId.success) throw new DomainError("unauthenticated", "The identity does not say who this is.");
  const said = z.safeParse(profile, payload);
  const attributes = payload["attributes"];
  if (!said.success || !(attributes === undefined || isRecord(attributes))) {
    throw new DomainError("bad_request", "The identity's name, email or attributes are malformed.");
  }
  return { externalId: externalId.data, ...said.data, attributes };
}

function isRecord(value: unknown): value is Record<string, Value> {
  return !Array.isArray(value) && value !== null && typeof value === "object" && isValue(value, 0);
}

function isValue(value: unknown, depth: number): value is Value {
  if (typeof value === "string") return z.safeParse(text, value).success;
  if (typeof value !== "object" || value === null) return true;
  return depth < limits.jsonDepth && Object.entries(value).every(([key, inner]) => isValue(key, depth) && isValue(inner, depth + 1));
}
