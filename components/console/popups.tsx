"use client";

import { useCallback } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient, useEvents } from "#components/realtime/hooks.ts";
import type { ServerEvent } from "#components/realtime/state.ts";
import { useToast } from "#components/ui/toast.tsx";
import { reminder } from "#protocol/events.ts";
import { useView } from "./view.tsx";

/** Pops up what asks for an agent at once: a customer who urges, and reminders. They stay until they are closed. */
export function Popups() {
  const t = useTranslations("console.alerts");
  const client = useClient();
  const toast = useToast();
  const { select } = useView();

  const hear = useCallback(
    (event: ServerEvent) => {
      if (event.name === "conversation:urged") {
        const { conversationId, customer } = event.payload;
        const id = `urge:${conversationId}`;
        const look = () => {
          select(conversationId);
          client.dismissUrge(conversationId);
          toast.close(id);
        };
        toast.show({ id, tone: "danger", title: t("urgeTitle", { name: customer.name }), body: t("urgeBody"), action: { label: t("look"), onPress: look }, timeoutMs: 0 });
      } else if (event.name === "push" && event.payload.type === "reminder") {
        const known = reminder.safeParse(event.payload.content);
        if (!known.success) return;
        const { title, text, conversationId = null } = known.data;
        const id = `reminder:${title}`;
        const look = () => {
          if (conversationId !== null) select(conversationId);
          toast.close(id);
        };
        toast.show({ id, title, body: text, timeoutMs: 0, ...(conversationId === null ? {} : { action: { label: t("look"), onPress: look } }) });
      }
    },
    [client, toast, select, t],
  );
  useEvents(hear);
  return null;
}
