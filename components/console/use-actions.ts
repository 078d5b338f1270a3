"use client";

import { useCallback } from "react";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { CommandError } from "#components/realtime/command-error.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { Conversation } from "#protocol/objects.ts";
import { useCommand } from "./use-command.ts";

/** What an agent does with a conversation. Each says in a toast what came of it. */
export function useActions() {
  const run = useCommand();
  const toast = useToast();
  const times = useTimes();
  const t = useTranslations("console.thread");
  const myId = useChat((state) => state.me?.id ?? null);

  const taken = useCallback(
    ({ code, details }: CommandError) => {
      const name = code === "conflict" ? assigneeName(details) : null;
      return name === null ? undefined : t("taken", { name });
    },
    [t],
  );

  const claim = useCallback(
    async (id: string) => {
      const done = await run("conversation:claim", { conversationId: id }, taken);
      if (done !== null) toast.show({ id: "claim", tone: "success", title: t("claimed") });
      return done !== null;
    },
    [run, taken, toast, t],
  );

  const assign = useCallback(
    async (id: string, to: { id: string; name: string } | null) => {
      const done = await run("conversation:update", { conversationId: id, assigneeId: to?.id ?? null });
      const title = to === null ? t("queued") : to.id === myId ? t("claimed") : t("transferred", { name: to.name });
      if (done !== null) toast.show({ id: "assign", tone: "success", title });
      return done !== null;
    },
    [run, toast, t, myId],
  );

  const reopen = useCallback(
    async (id: string) => {
      const done = await run("conversation:update", { conversationId: id, status: "open" });
      if (done !== null) toast.show({ id: "status", tone: "success", title: t("reopened") });
      return done !== null;
    },
    [run, toast, t],
  );

  const resolve = useCallback(
    async (id: string) => {
      const done = await run("conversation:update", { conversationId: id, status: "resolved" });
      if (done === null) return false;
      toast.show({ id: "status", tone: "success", title: t("resolved"), action: { label: t("undo"), onPress: () => void reopen(id) } });
      return true;
    },
    [run, reopen, toast, t],
  );

  const snooze = useCallback(
    async (id: string, until: Date) => {
      const done = await run("conversation:update", { conversationId: id, status: "snoozed", snoozedUntil: until.toISOString() });
      if (done !== null) toast.show({ id: "status", title: t("snoozed", { when: times.moment(until.getTime()) }), action: { label: t("undo"), onPress: () => void reopen(id) } });
      return done !== null;
    },
    [run, reopen, toast, t, times],
  );

  return { claim, assign, resolve, reopen, snooze };
}

export type Actions = ReturnType<typeof useActions>;

/** Who holds the conversation, from the details of a refused claim. */
function assigneeName(details: Record<string, unknown> | null): string | null {
  const assignee: unknown = details?.["assignee"];
  if (typeof assignee !== "object" || assignee === null || !("name" in assignee)) return null;
  return typeof assignee.name === "string" ? assignee.name : null;
}

/** Whether claiming makes sense: it is nobody's, or someone else's to be taken over by transfer. */
export function isClaimable({ assignee, status }: Conversation): boolean {
  return assignee === null && status !== "resolved";
}
