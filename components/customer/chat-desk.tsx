"use client";

import { mustAcknowledge } from "#components/chat/notice-answer.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { late } from "#components/ui/late.tsx";
import { Alerts } from "./alerts.tsx";
import { ChatHeader } from "./chat-header.tsx";
import { Composer } from "./composer.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { Thread } from "./thread.tsx";
import { useTellPage } from "./use-tell-page.ts";

/* Most days there is nothing to announce. */
const NoticeBar = late(async () => (await import("#components/chat/notice-bar.tsx")).NoticeBar);
const AcknowledgeDialog = late(async () => (await import("./acknowledge-dialog.tsx")).AcknowledgeDialog);

/** The column in the middle of the page: header, notices, messages, composer. */
export function ChatDesk() {
  const notices = useChat((state) => state.notices);
  const urgent = notices.find(mustAcknowledge);
  const others = notices.filter((notice) => !mustAcknowledge(notice));
  useTellPage();
  return (
    <div className="flex h-dvh justify-center overflow-hidden bg-canvas">
      <div className="relative flex w-full max-w-180 min-w-0 flex-col bg-surface md:border-x md:border-line">
        <ChatHeader />
        {others.length > 0 && <NoticeBar notices={others} />}
        <ConnectionLine />
        <main className="flex min-h-0 flex-1 flex-col">
          <Thread />
          <Composer />
        </main>
      </div>
      {urgent !== undefined && <AcknowledgeDialog key={urgent.id} notice={urgent} />}
      <Alerts />
    </div>
  );
}
