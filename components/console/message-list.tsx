"use client";

import ArrowDown from "lucide-react/icons/arrow-down";
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useClient, usePending, useTyping } from "#components/realtime/hooks.ts";
import type { Thread } from "#components/realtime/state.ts";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { Conversation } from "#protocol/objects.ts";
import { Arrivals } from "./arrivals.tsx";
import { buildTimeline, type TimelineRow } from "#components/chat/timeline.ts";
import { TimelineItem } from "./timeline-item.tsx";
import { TypingLine } from "./typing-line.tsx";
import { useReading } from "#components/chat/use-reading.ts";

/** Room above the first message for what is being loaded, kept so that nothing moves. */
const headHeight = 56;
/** So close to the end one is still reading the newest. */
const endPx = 80;
/** Older messages are fetched this far ahead of who scrolls up. */
const aheadPx = 1_200;

type Props = { row: Conversation; thread: Thread };

/** The messages of a conversation: only those in sight are in the page; older ones come without a jump. */
export function MessageList({ row, thread }: Props) {
  const t = useTranslations("console.thread");
  const times = useTimes();
  const myId = useChat((state) => state.me?.id ?? null);
  const pending = usePending(row.id);
  const { messages, hasMoreBefore, unreadFrom } = thread;
  const rows = useMemo(
    () => buildTimeline({ messages, pending, hasMoreBefore, unreadFrom, myId, dayKey: times.dayKey }),
    [messages, pending, hasMoreBefore, unreadFrom, myId, times],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  // The virtualizer's own functions must not be memoized: react-virtual 3 is not made for the compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    paddingStart: headHeight,
    paddingEnd: 8,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: endPx,
    onChange: (instance) => setAtEnd(instance.isAtEnd(endPx)),
  });
  const stay = useBeginning(virtual, rows, unreadFrom);
  useEarlier(virtual, thread);
  const newestSeq = messages.at(-1)?.seq ?? 0;
  const arrived = useReading({ conversationId: row.id, newestSeq, atEnd, messages, from: "customer" });
  const unread = useMemo(() => messages.filter((message) => unreadFrom !== null && message.seq >= unreadFrom && message.senderRole === "customer").length, [messages, unreadFrom]);
  const unseen = Math.max(arrived, Math.min(unread, row.unread ?? 0));

  return (
    <div className="relative min-h-0 flex-1">
      {/* The listeners only learn that the person moves. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={scroller}
        // A region that scrolls must be reachable by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("messages")}
        data-messages
        onWheel={stay}
        onPointerDown={stay}
        onTouchMove={stay}
        onKeyDown={stay}
        className="scrollbar-thin h-full overflow-y-auto overscroll-contain -outline-offset-2! [overflow-anchor:none]"
      >
        {/* A short thread stands at the foot, beside the field one writes in. */}
        <div className="flex min-h-full flex-col justify-end">
          <div className="relative w-full shrink-0" style={{ height: virtual.getTotalSize() }}>
            <Head row={row} thread={thread} />
            {virtual.getVirtualItems().map((item) => {
              const shown = rows[item.index];
              return (
                shown !== undefined && (
                  <div
                    key={item.key}
                    ref={virtual.measureElement}
                    data-index={item.index}
                    className="absolute inset-x-0 top-0 px-4 max-md:px-3"
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <TimelineItem row={shown} conversation={row} receipts={thread.receipts} />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
      <Typing conversationId={row.id} />
      {!atEnd && (
        <Button
          size="sm"
          variant={unseen > 0 ? "primary" : "secondary"}
          icon={<ArrowDown size={14} />}
          className="absolute! bottom-8 left-1/2 z-1 -translate-x-1/2 animate-arrive rounded-full! shadow-e2"
          onClick={() => virtual.scrollToEnd({ behavior: "smooth" })}
        >
          {unseen > 0 ? t("new", { count: unseen }) : t("toBottom")}
        </Button>
      )}
      <Arrivals messages={messages} />
    </div>
  );
}

/* A first guess; each row is measured once it is drawn. */
function estimate(row: TimelineRow | undefined): number {
  if (row?.type === "message" || row?.type === "pending") {
    const text = row.type === "message" ? row.message.text : row.pending.text;
    const pictures = row.type === "message" ? row.message.attachments.length : row.pending.uploads.length;
    return 42 + 22 * Math.floor(text.length / 36) + (pictures > 0 ? 220 : 0);
  }
  return row?.type === "name" ? 24 : 44;
}

/*
 * A thread opens at its end, or with the first unread message in sight. Which one that is may be known a moment
 * later; whoever has moved by then stays. Answers what to call when the person moves.
 */
function useBeginning(virtual: Virtualizer<HTMLDivElement, Element>, rows: readonly TimelineRow[], unreadFrom: number | null): () => void {
  const placed = useRef<"nowhere" | "end" | "for good">("nowhere");
  useLayoutEffect(() => {
    if (placed.current === "for good" || rows.length === 0) return;
    const line = unreadFrom === null ? -1 : rows.findIndex((row) => row.type === "unread");
    if (line > 0 && rows.length - line > 8) virtual.scrollToIndex(line, { align: "start" });
    else if (placed.current === "nowhere") virtual.scrollToEnd();
    placed.current = unreadFrom === null ? "end" : "for good";
  }, [virtual, rows, unreadFrom]);
  return useCallback(() => {
    placed.current = "for good";
  }, []);
}

function useEarlier(virtual: Virtualizer<HTMLDivElement, Element>, { conversationId, hasMoreBefore, loadingBefore }: Thread): void {
  const client = useClient();
  const offset = virtual.scrollOffset ?? Number.POSITIVE_INFINITY;
  const isNear = offset < aheadPx && virtual.scrollElement !== null;
  useEffect(() => {
    // A refusal leaves `loadingBefore` false: the next scroll, or the button above, asks again.
    if (isNear && hasMoreBefore && !loadingBefore) client.loadBefore(conversationId).catch(() => {});
  }, [client, conversationId, isNear, hasMoreBefore, loadingBefore]);
}

function Head({ row, thread: { hasMoreBefore, loadingBefore, conversationId } }: Props) {
  const t = useTranslations("console.thread");
  const common = useTranslations("common");
  const times = useTimes();
  const client = useClient();
  const load = useCallback(() => client.loadBefore(conversationId).catch(() => {}), [client, conversationId]);
  return (
    <div className="absolute inset-x-0 top-0 grid place-items-center text-meta text-fg3" style={{ height: headHeight }}>
      {loadingBefore ? (
        <span className="inline-flex items-center gap-2">
          <Spinner size={14} /> {t("loadingEarlier")}
        </span>
      ) : hasMoreBefore ? (
        <Button size="sm" variant="ghost" onClick={() => void load()}>
          {common("more")}
        </Button>
      ) : (
        t("begin", { when: times.moment(row.createdAt) })
      )}
    </div>
  );
}

function Typing({ conversationId }: { conversationId: string }) {
  const typists = useTyping(conversationId);
  return typists.length === 0 ? null : <TypingLine names={typists.map(({ name }) => name)} />;
}
