"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { notice as noticeSchema, type Notice, type NoticeAudience } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { nothing } from "./api.ts";
import { dropNotice, takeNotice } from "./live.tsx";
import { noticesKey } from "./queries.ts";
import { useAction } from "./use-action.ts";

/** What can be done with a notice that is stored. Each asks first, answers whether it was done, and says so. */
export function useNoticeActions() {
  const t = useTranslations("admin.notices");
  const { api } = useAdmin();
  const client = useClient();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const toast = useToast();
  const { moment } = useTimes();
  const { run, busy } = useAction();

  /** Asked before anything is stored, so that a "no" leaves no draft behind. */
  function confirmPush({ audience, title, startsAt }: Pick<Notice, "audience" | "title" | "startsAt">): Promise<boolean> {
    if (startsAt !== null && Date.parse(startsAt) > Date.now()) {
      const body = t("scheduleBody", { when: moment(startsAt), audience: t(`audiences.${audience}`) });
      return confirm({ title: t("scheduleTitle", { title }), body, action: t("schedule"), tone: "primary" });
    }
    const { customers, agents } = client.store.getState().presence.counts;
    const online = { everyone: customers + agents, customers, staff: agents } satisfies Record<NoticeAudience, number>;
    return confirm({
      title: t("pushTitle", { title }),
      body: t("pushBody", { count: online[audience], audience: t(`audiences.${audience}`) }),
      action: t("pushNow"),
      tone: "primary",
    });
  }

  /** Publishes it, or schedules it when its time is to come. */
  async function push({ id }: Pick<Notice, "id">): Promise<Notice | null> {
    const done = await run(
      () => api({ method: "POST", path: `notices/${id}/push`, answer: noticeSchema }),
      ({ code }) => (code === "conflict" ? t("cannotPush") : undefined),
    );
    if (done === null) return null;
    takeNotice(queries, done.answer);
    toast.show({ tone: "success", title: done.answer.status === "scheduled" ? t("scheduled") : t("pushed") });
    return done.answer;
  }

  async function withdraw(notice: Notice): Promise<boolean> {
    const yes = await confirm({ title: t("withdrawTitle", { title: notice.title }), body: t("withdrawBody"), action: t("withdraw") });
    if (!yes) return false;
    const done = await run(() => api({ method: "POST", path: `notices/${notice.id}/withdraw`, answer: noticeSchema }));
    if (done === null) return false;
    takeNotice(queries, done.answer);
    toast.show({ tone: "success", title: t("withdrawn") });
    return true;
  }

  async function remove({ id, title, status }: Notice): Promise<boolean> {
    const yes = await confirm({ title: t("deleteTitle", { title }), body: status === "draft" ? undefined : t("deleteBody"), action: t("delete") });
    if (!yes) return false;
    const done = await run(() => api({ method: "DELETE", path: `notices/${id}`, answer: nothing }));
    if (done === null) return false;
    dropNotice(queries, id);
    void queries.invalidateQueries({ queryKey: noticesKey });
    toast.show({ tone: "success", title: t("deleted") });
    return true;
  }

  return { confirmPush, push, withdraw, remove, busy };
}
