"use client";

import { createContext, use } from "react";
import type { User } from "#protocol/objects.ts";
import type { Api } from "./api.ts";

/** Who is signed in, and how to ask the server. */
export type Admin = { me: Pick<User, "id" | "name" | "avatarUrl">; api: Api };

export const AdminContext = createContext<Admin | null>(null);

/** Needs AdminApp. */
export function useAdmin(): Admin {
  const admin = use(AdminContext);
  if (admin === null) throw new Error("useAdmin needs AdminApp above it");
  return admin;
}
