"use client";

import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { notice as noticeSchema, type Notice } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card } from "./card.tsx";
import { takeNotice } from "./live.tsx";
import { NoticeFields } from "./notice-fields.tsx";
import { useNoticeState } from "./notice-marks.tsx";
import { NoticePreview } from "./notice-preview.tsx";
import { bodyOf, emptyNotice, isForLater, type NoticeValues, noticeValues, valuesOf } from "./notice-values.ts";
import { useAction } from "./use-action.ts";
import { useLeaveGuard } from "./use-leave-guard.ts";
import { useNoticeActions } from "./use-notice-actions.ts";
import { zodResolver } from "./zod-resolver.ts";

type Props = {
  /** Null: a new one. */
  notice: Notice | null;
  /** What a new one begins with. */
  start?: NoticeValues;
};

const fresh = { status: "draft", startsAt: null, endsAt: null } as const;

/** Fields on the left, and on the right what its readers will see. */
export function NoticeEditor({ notice, start = emptyNotice }: Props) {
  const t = useTranslations("admin.notices");
  const state = useNoticeState(notice ?? fresh);
  const stored = useMemo(() => (notice === null ? undefined : valuesOf(notice)), [notice]);
  const form = useForm<NoticeValues>({
    resolver: zodResolver(noticeValues),
    defaultValues: start,
    // Somebody else's change comes in wherever this person has changed nothing.
    ...(stored === undefined ? {} : { values: stored, resetOptions: { keepDirtyValues: true } }),
  });
  const values = useWatch({ control: form.control, compute: (all) => all });
  const { save, publish, busy } = useSaving(notice, form.formState.dirtyFields);
  const { isDirty } = form.formState;
  const [leaving, setLeaving] = useState(false);
  useLeaveGuard(isDirty && !leaving && state !== "withdrawn", t("leaveTitle"), t("leave"));

  const later = isForLater(values);
  const submit = (work: (values: NoticeValues) => Promise<boolean>) => () =>
    void form.handleSubmit(async (checked) => {
      setLeaving(true);
      const done = await work(checked);
      if (done) form.reset(checked);
      setLeaving(false);
    })();

  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
      <Card className="overflow-visible!">
        <form noValidate onSubmit={(event) => event.preventDefault()} aria-label={t("editor")}>
          <NoticeFields form={form} values={values} state={state} />
          {state !== "withdrawn" && (
            <div className="sticky bottom-0 flex flex-wrap justify-end gap-2 rounded-b-card border-t border-line bg-surface px-4 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5">
              {(isDirty || notice === null || state === "draft") && (
                <Button variant={state === "live" ? "primary" : "secondary"} busy={busy === "save"} disabled={notice !== null && !isDirty} onClick={submit(save)}>
                  {state === "draft" ? t("saveDraft") : t("saveChanges")}
                </Button>
              )}
              {(state === "draft" || state === "scheduled") && (
                <Button variant="primary" busy={busy === "publish"} onClick={submit(publish)}>
                  {later ? t("schedule") : t("pushNow")}
                </Button>
              )}
              {state === "live" && !isDirty && <p className="py-1.5 text-ui text-fg3">{t("liveHint")}</p>}
              {state === "over" && !isDirty && <p className="py-1.5 text-ui text-fg3">{t("overHint")}</p>}
            </div>
          )}
        </form>
      </Card>
      <NoticePreview values={values} />
    </div>
  );
}

type Dirty = Partial<Record<keyof NoticeValues, boolean | undefined>>;

/** Storing what the form holds, and sending it out. Both answer whether it was done. */
function useSaving(notice: Notice | null, dirty: Readonly<Dirty>) {
  const t = useTranslations("admin.notices");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const { run } = useAction();
  const { confirmPush, push } = useNoticeActions();
  const [busy, setBusy] = useState<"save" | "publish" | null>(null);

  async function store(values: NoticeValues): Promise<Notice | null> {
    const body = bodyOf(values);
    const patch = Object.fromEntries(Object.entries(body).filter(([key]) => Reflect.get(dirty, key) === true));
    if (notice !== null && Object.keys(patch).length === 0) return notice;
    const done = await run(() =>
      notice === null
        ? api({ method: "POST", path: "notices", body, answer: noticeSchema })
        : api({ method: "PATCH", path: `notices/${notice.id}`, body: patch, answer: noticeSchema }),
    );
    if (done === null) return null;
    takeNotice(queries, done.answer);
    return done.answer;
  }

  function show({ id }: Notice): void {
    if (notice === null) router.replace(`/admin/notices/${id}`);
  }

  async function save(values: NoticeValues): Promise<boolean> {
    setBusy("save");
    const stored = await store(values);
    setBusy(null);
    if (stored === null) return false;
    toast.show({ tone: "success", title: t("saved") });
    show(stored);
    return true;
  }

  async function publish(values: NoticeValues): Promise<boolean> {
    const { startsAt = null } = bodyOf(values);
    if (!(await confirmPush({ ...values, startsAt }))) return false;
    setBusy("publish");
    const stored = await store(values);
    const out = stored === null ? null : await push(stored);
    setBusy(null);
    if (stored !== null) show(stored);
    return out !== null;
  }

  return { save, publish, busy };
}
