"use client";

import MessageCircleOff from "lucide-react/icons/message-circle-off";
import MessagesSquare from "lucide-react/icons/messages-square";
import { useEffect } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useClient, useThread } from "#components/realtime/hooks.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message-list.tsx";
import { ThreadHeader } from "./thread-header.tsx";
import { ThreadSkeleton } from "./thread-skeleton.tsx";
import type { Actions } from "./use-actions.ts";
import { EditingProvider } from "./use-editing.tsx";
import { useIsOlderThan } from "./use-is-older-than.ts";
import { useView } from "./view.tsx";

/** What was just opened is on its way: only after this is an unknown conversation said to be missing. */
const missingMs = 2_000;

/** The open conversation, or how to open one. */
export function ThreadPane({ actions }: { actions: Actions }) {
  const { selectedId } = useView();
  return selectedId === null ? <Nothing /> : <OpenThread key={selectedId} id={selectedId} actions={actions} />;
}

function OpenThread({ id, actions }: { id: string; actions: Actions }) {
  const client = useClient();
  const t = useTranslations("console.thread");
  const isConnected = useChat((state) => state.connection.status === "connected");
  const ready = useChat((state) => state.ready);
  const row = useChat((state) => state.conversations.get(id));
  const thread = useThread(id);

  useEffect(() => {
    client.openThread(id);
    return () => client.closeThread(id);
  }, [client, id]);

  const isMissing = useIsOlderThan(row === undefined && isConnected && ready, missingMs);
  if (row === undefined) return isMissing ? <Missing /> : <ThreadSkeleton />;
  return (
    <EditingProvider>
      <section aria-label={t("label", { name: row.customer.name })} className="flex h-full min-w-0 flex-col bg-surface">
        <ThreadHeader row={row} actions={actions} />
        {thread?.loaded === true ? <MessageList row={row} thread={thread} /> : <ThreadSkeleton />}
        <Composer row={row} />
      </section>
    </EditingProvider>
  );
}

/* An address that leads nowhere. */
function Missing() {
  const t = useTranslations("console.thread");
  return (
    <div className="grid h-full animate-appear place-items-center bg-surface">
      <EmptyState icon={<MessageCircleOff />} title={t("missingTitle")}>
        {t("missingBody")}
      </EmptyState>
    </div>
  );
}

function Nothing() {
  const t = useTranslations("console.thread");
  const hints = [
    { keys: "J", text: t("pickNext") },
    { keys: "Ctrl+K", text: t("pickSearch") },
    { keys: "?", text: t("pickKeys") },
  ];
  return (
    <div className="grid h-full place-items-center bg-surface">
      <EmptyState icon={<MessagesSquare />} title={t("pickTitle")}>
        <p className="pointer-coarse:hidden">{t("pickBody")}</p>
        <ul className="mt-4 inline-flex flex-col gap-2 text-left pointer-coarse:hidden">
          {hints.map(({ keys, text }) => (
            <li key={keys} className="flex items-center gap-3">
              <span className="flex w-16 justify-end">
                <Kbd keys={keys} />
              </span>
              {text}
            </li>
          ))}
        </ul>
      </EmptyState>
    </div>
  );
}
