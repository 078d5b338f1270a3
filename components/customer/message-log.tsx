"use client";

import ArrowDown from "lucide-react/icons/arrow-down";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { buildTimeline } from "#components/chat/timeline.ts";
import { useReading } from "#components/chat/use-reading.ts";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useUnread } from "#components/realtime/hooks.ts";
import type { PendingMessage, Thread } from "#components/realtime/state.ts";
import { Button } from "#components/ui/button.tsx";
import type { Message } from "#protocol/objects.ts";
import { Arrivals } from "./arrivals.tsx";
import { LogHead } from "./log-head.tsx";
import { TimelineItem } from "./timeline-item.tsx";
import { TypingBubble } from "./typing-bubble.tsx";
import { UrgeLine } from "./urge-line.tsx";
import { useEarlier } from "./use-earlier.ts";
import { useStablePlace } from "./use-stable-place.ts";
import { useTouched } from "./use-touched.ts";
import { useUnreadLine } from "./use-unread-line.ts";

const none: readonly Message[] = [];

type Props = { thread: Thread | undefined; pending: readonly PendingMessage[] };

/**
 * The messages, newest at the foot of a scroller that counts from there: what is put before moves nothing, and a
 * keyboard that takes half of the window leaves the last words in sight.
 */
export function MessageLog({ thread, pending }: Props) {
  const t = useTranslations("customer.log");
  const times = useTimes();
  const myId = useChat((state) => state.me?.id ?? null);
  const unread = useUnread();
  const scroller = useRef<HTMLDivElement>(null);
  const touched = useTouched(scroller);
  const messages = thread?.messages ?? none;
  const hasMoreBefore = thread?.hasMoreBefore ?? false;
  const newestSeq = messages.at(-1)?.seq ?? 0;
  const atEnd = useStablePlace(scroller, messages, pending);
  useReading({ conversationId: thread?.conversationId ?? "", newestSeq, atEnd, messages, from: "staff" });
  const unreadFrom = useUnreadLine(thread, atEnd);
  const loadEarlier = useEarlier(scroller, thread);
  const rows = useMemo(
    () => buildTimeline({ messages, pending, hasMoreBefore, unreadFrom, myId, dayKey: times.dayKey }),
    [messages, pending, hasMoreBefore, unreadFrom, myId, times],
  );
  const lastOwn = useMemo(() => messages.findLast((message) => message.senderId === myId && message.recalledAt === null)?.seq ?? 0, [messages, myId]);

  useLayoutEffect(() => {
    // Who comes back to more than fits begins where they left off.
    const line = scroller.current?.querySelector("[data-unread-line]");
    if (line && scroller.current && line.getBoundingClientRect().top < scroller.current.getBoundingClientRect().top) line.scrollIntoView({ block: "start" });
    // Once, when the thread comes into sight.
  }, []);
  const lastPending = pending.at(-1)?.clientMsgId;
  useEffect(() => {
    if (lastPending !== undefined) scroller.current?.scrollTo({ top: 0 });
  }, [lastPending]);

  const toEnd = useCallback(() => scroller.current?.scrollTo({ top: 0, behavior: "smooth" }), []);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        // A region that scrolls must be reachable by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("label")}
        data-messages
        className="scrollbar-thin flex h-full flex-col-reverse overflow-y-auto overscroll-contain -outline-offset-2! [overflow-anchor:none]"
      >
        <div className="px-4 pt-2 pb-1 max-sm:px-3">
          <LogHead thread={thread} onLoad={loadEarlier} />
          {rows.map((row) => (
            <div key={row.key} data-row={row.key}>
              <TimelineItem
                row={row}
                receipts={row.type === "message" && row.message.seq === lastOwn ? (thread?.receipts ?? null) : null}
                isLastOwn={row.type === "message" && row.message.seq === lastOwn}
                isTouched={row.type === "message" && String(row.message.seq) === touched}
              />
            </div>
          ))}
          <TypingBubble />
          <UrgeLine messages={messages} isWaiting={pending.length > 0} />
        </div>
      </div>
      {!atEnd && (
        <Button
          size="sm"
          variant={unread > 0 ? "primary" : "secondary"}
          icon={<ArrowDown size={14} />}
          className="absolute! bottom-3 left-1/2 z-1 -translate-x-1/2 animate-arrive rounded-full! shadow-e2"
          onClick={toEnd}
        >
          {unread > 0 ? t("new", { count: unread }) : t("toEnd")}
        </Button>
      )}
      <Arrivals messages={messages} />
    </div>
  );
}
