"use client";

import StickyNote from "lucide-react/icons/sticky-note";
import { memo } from "react";
import { DayDivider, UnreadDivider } from "#components/chat/dividers.tsx";
import { PendingRow } from "#components/chat/pending-row.tsx";
import type { Conversation, Receipts } from "#protocol/objects.ts";
import { MessageRow } from "./message-row.tsx";
import type { TimelineRow } from "#components/chat/timeline.ts";

type Props = { row: TimelineRow; conversation: Conversation; receipts: Receipts | null };

/** One row of the thread. */
export const TimelineItem = memo(function TimelineItem({ row, conversation, receipts }: Props) {
  switch (row.type) {
    case "day":
      return <DayDivider at={row.at} />;
    case "unread":
      return <UnreadDivider />;
    case "name":
      return (
        <p className="flex items-center justify-end gap-1 pt-1 pb-0.5 text-meta text-fg3">
          {row.note && <StickyNote size={12} />}
          {row.name}
        </p>
      );
    case "message":
      return <MessageRow message={row.message} isLastOfGroup={row.isLastOfGroup} customer={conversation.customer} receipts={receipts} />;
    case "pending":
      return <PendingRow pending={row.pending} isLastOfGroup={row.isLastOfGroup} />;
  }
});
