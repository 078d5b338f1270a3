"use client";

import { memo } from "react";
import { DayDivider, UnreadDivider } from "#components/chat/dividers.tsx";
import { PendingRow } from "#components/chat/pending-row.tsx";
import type { TimelineRow } from "#components/chat/timeline.ts";
import type { Receipts } from "#protocol/objects.ts";
import { MessageRow } from "./message-row.tsx";

type Props = {
  row: TimelineRow;
  /** Only for my last message: how far it came. */
  receipts: Receipts | null;
  isLastOwn: boolean;
  /** A finger chose it: what a pointer would show comes into sight. */
  isTouched: boolean;
};

/** One row of the conversation. */
export const TimelineItem = memo(function TimelineItem({ row, receipts, isLastOwn, isTouched }: Props) {
  switch (row.type) {
    case "day":
      return <DayDivider at={row.at} />;
    case "unread":
      return <UnreadDivider />;
    case "name":
      return (
        <p className="pt-1 pb-0.5 pl-9 text-meta text-fg3">
          <bdi>{row.name}</bdi>
        </p>
      );
    case "message":
      return <MessageRow message={row.message} isLastOfGroup={row.isLastOfGroup} receipts={receipts} isLastOwn={isLastOwn} isTouched={isTouched} />;
    case "pending":
      return <PendingRow pending={row.pending} isLastOfGroup={row.isLastOfGroup} textClass="text-widget" />;
  }
});
