"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, type KeyboardEvent, type RefObject } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Spinner } from "#components/ui/spinner.tsx";
import type { Conversation } from "#protocol/objects.ts";
import { rowsToFollow } from "./calm-order.ts";
import { ConversationRow } from "./conversation-row.tsx";
import { useDraftText } from "./use-drafts.tsx";
import { useCalmRows } from "./use-calm-rows.ts";
import { useSetting } from "./use-settings.tsx";
import { useView } from "./view.tsx";

const heights = { comfortable: 68, compact: 52 } as const;
/** The next page is fetched this many rows before the end. */
const aheadRows = 15;

type Props = {
  rows: readonly Conversation[];
  /** Names what is listed: another key is another list. */
  listKey: string;
  hasMore: boolean;
  loading: boolean;
  onMore: () => void;
};

/** The rows; only those in sight are in the page. Arrow keys move between them, Enter opens. */
export function ConversationList({ rows, listKey, hasMore, loading, onMore }: Props) {
  const t = useTranslations("console.list");
  const { selectedId, select } = useView();
  const density = useSetting((settings) => settings.density);
  const myId = useChat((state) => state.me?.id ?? null);
  const presence = useChat((state) => state.presence.users);
  const typing = useChat((state) => state.typing);
  const draftText = useDraftText();
  const { shown, handlers } = useCalmRows(rows, listKey);
  const scroller = useRef<HTMLDivElement>(null);
  const height = heights[density];
  const ids = useMemo(() => shown.map(({ conversation }) => conversation.id), [shown]);
  // The virtualizer's own functions must not be memoized: react-virtual 3 is not made for the compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
  });

  useEffect(() => virtual.measure(), [virtual, height]);
  useSteadyScroll(scroller, ids, height);

  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const isNearEnd = last >= shown.length - aheadRows;
  useEffect(() => {
    if (isNearEnd && hasMore && !loading) onMore();
  }, [isNearEnd, hasMore, loading, onMore]);

  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const focused = document.activeElement?.closest("[data-conversation]")?.getAttribute("data-conversation");
    if (step === undefined || focused === null || focused === undefined || event.altKey) return;
    event.preventDefault();
    const next = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(focused) + step))];
    virtual.scrollToIndex(ids.indexOf(next ?? focused));
    scroller.current?.querySelector<HTMLElement>(`[data-conversation="${next}"]`)?.focus();
  };
  return (
    // Keys and pointer only steady what the links inside already do.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={scroller} className="scrollbar-thin h-full overflow-y-auto overscroll-contain" onKeyDown={press} {...handlers}>
      <ul className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = shown[item.index];
          if (row === undefined) return null;
          const { conversation, leaving } = row;
          return (
            <li key={item.key} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${item.start}px)` }}>
              <ConversationRow
                conversation={conversation}
                myId={myId}
                selected={conversation.id === selectedId}
                online={presence.has(conversation.customer.id)}
                typing={typing.get(conversation.id)?.some((typist) => typist.userId === conversation.customer.id) ?? false}
                draft={draftText(conversation.id)}
                compact={density === "compact"}
                leaving={leaving}
                onOpen={select}
              />
            </li>
          );
        })}
      </ul>
      <div className="grid h-10 place-items-center text-meta text-fg3">
        {loading ? <Spinner /> : hasMore ? null : shown.length > 8 && t("end")}
      </div>
    </div>
  );
}

/* Rows that come or go above what is being read must not move it. */
function useSteadyScroll(scroller: RefObject<HTMLDivElement | null>, ids: readonly string[], height: number): void {
  const before = useRef<readonly string[]>([]);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box !== null && box.scrollTop > height / 2) {
      const first = Math.floor(box.scrollTop / height);
      const rows = rowsToFollow(before.current, ids, first);
      if (rows !== 0) box.scrollBy(0, rows * height);
    }
    before.current = ids;
  }, [scroller, ids, height]);
}
