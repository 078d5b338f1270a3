import * as z from "zod/mini";
import { limits } from "#protocol/limits.ts";
import { line, staffRole } from "#protocol/objects.ts";

/** A new account as its form has it; each field can only be wrong in one way. */
export const accountValues = z.object({
  name: line(1, limits.nameCharacters),
  email: z.string().check(z.trim(), z.email(), z.maxLength(limits.emailCharacters)),
  role: staffRole,
});

export type AccountValues = z.infer<typeof accountValues>;

export const nameValues = z.object({ name: line(1, limits.nameCharacters) });

export type NameValues = z.infer<typeof nameValues>;
