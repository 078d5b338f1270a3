"use client";

import { createContext, use } from "react";
import type { User } from "#protocol/objects.ts";

/** Whoever is signed in, as the page knows it before there is a connection. */
export type Me = Pick<User, "id" | "name" | "role" | "avatarUrl">;

export const MeContext = createContext<Me | null>(null);

/** Needs MeContext. */
export function useMe(): Me {
  const me = use(MeContext);
  if (me === null) throw new Error("useMe needs MeContext above it");
  return me;
}
