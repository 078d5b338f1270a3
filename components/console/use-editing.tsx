"use client";

import { createContext, use, useMemo, useState, type ReactNode } from "react";
import type { Message } from "#protocol/objects.ts";

/** The message that is being changed, in the open conversation. */
export type Editing = { editing: Message | null; begin: (message: Message) => void; end: () => void };

const EditingContext = createContext<Editing | null>(null);

export function EditingProvider({ children }: { children: ReactNode }) {
  const [editing, setEditing] = useState<Message | null>(null);
  const value = useMemo(() => ({ editing, begin: setEditing, end: () => setEditing(null) }), [editing]);
  return <EditingContext value={value}>{children}</EditingContext>;
}

/** Needs EditingProvider. */
export function useEditing(): Editing {
  const value = use(EditingContext);
  if (value === null) throw new Error("useEditing needs EditingProvider above it");
  return value;
}
