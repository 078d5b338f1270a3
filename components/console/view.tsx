"use client";

import { useSearchParams } from "next/navigation";
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import type { ConversationFilter } from "#protocol/objects.ts";

/** A window above the console. */
export type Sheet = "keys" | "palette";

/** What this tab shows: not kept, except for the conversation, which stands in the address. */
export type View = {
  selectedId: string | null;
  /** Opens a conversation, or none. The browser's back button leads from the first one to the list again. */
  select: (id: string | null) => void;
  filter: ConversationFilter;
  setFilter: (filter: ConversationFilter) => void;
  /** Whether the field to find a conversation is open. */
  searching: boolean;
  setSearching: (searching: boolean) => void;
  sheet: Sheet | null;
  setSheet: (sheet: Sheet | null) => void;
  /** Whether the side panel lies above the thread, where there is no room beside it. */
  overlay: boolean;
  setOverlay: (open: boolean) => void;
};

const ViewContext = createContext<View | null>(null);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export function ViewProvider({ children }: { children: ReactNode }) {
  const wanted = useSearchParams().get("c");
  const selectedId = wanted !== null && uuid.test(wanted) ? wanted.toLowerCase() : null;
  const [filter, setFilter] = useState<ConversationFilter>("all");
  const [searching, setSearching] = useState(false);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [overlay, setOverlay] = useState(false);

  const select = useCallback(
    (id: string | null) => {
      if (id === selectedId) return;
      const address = id === null ? location.pathname : `?c=${id}`;
      if (selectedId === null) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    },
    [selectedId],
  );

  const view = useMemo(
    () => ({ selectedId, select, filter, setFilter, searching, setSearching, sheet, setSheet, overlay, setOverlay }),
    [selectedId, select, filter, searching, sheet, overlay],
  );
  return <ViewContext value={view}>{children}</ViewContext>;
}

/** Needs ViewProvider. */
export function useView(): View {
  const view = use(ViewContext);
  if (view === null) throw new Error("useView needs ViewProvider above it");
  return view;
}
