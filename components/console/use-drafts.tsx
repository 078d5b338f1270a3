"use client";

import { createContext, use, useMemo, useState, type ReactNode } from "react";
import { useStore } from "zustand/react";
import { createDrafts, type Drafts } from "./drafts.ts";

const DraftsContext = createContext<Drafts | null>(null);

/** Keeps what is written and not sent for the console below. */
export function DraftsProvider({ children }: { children: ReactNode }) {
  const [drafts] = useState(createDrafts);
  return <DraftsContext value={drafts}>{children}</DraftsContext>;
}

/** Needs DraftsProvider. */
export function useDrafts(): Drafts {
  const drafts = use(DraftsContext);
  if (drafts === null) throw new Error("useDrafts needs DraftsProvider above it");
  return drafts;
}

/** Reads the unsent text of a conversation for a list; renders again when one changes. */
export function useDraftText(): (conversationId: string) => string {
  const drafts = useDrafts();
  const changed = useStore(drafts.store);
  return useMemo(() => (id: string) => changed.get(id)?.text ?? drafts.read(id).text, [drafts, changed]);
}
