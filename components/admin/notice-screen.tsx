"use client";

import { useQuery } from "@tanstack/react-query";
import Copy from "lucide-react/icons/copy";
import Trash from "lucide-react/icons/trash-2";
import Undo from "lucide-react/icons/undo-2";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { buttonClass } from "#components/ui/button-class.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { Notice } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { LoadError } from "./load-error.tsx";
import { NoticeCounts } from "./notice-counts.tsx";
import { NoticeEditor } from "./notice-editor.tsx";
import { NoticeStateMark, useNoticeState } from "./notice-marks.tsx";
import { copyOf } from "./notice-values.ts";
import { PageHeader } from "./page-header.tsx";
import { noticeQuery } from "./queries.ts";
import { NoticeReceipts } from "./notice-receipts.tsx";
import { useNoticeActions } from "./use-notice-actions.ts";

/** Writes a new notice; `from`: the id of one to begin with. */
export function NewNoticeScreen({ from }: { from: string | null }) {
  const t = useTranslations("admin.notices");
  const { api } = useAdmin();
  const source = useQuery({ ...noticeQuery(api, from ?? ""), enabled: from !== null });
  return (
    <>
      <PageHeader back={{ href: "/admin/notices", label: t("title") }} title={t("new")} />
      {from !== null && source.isPending ? <EditorSkeleton /> : <NoticeEditor notice={null} {...(source.data === undefined ? {} : { start: copyOf(source.data) })} />}
    </>
  );
}

/** One notice: its counts, its content, and who did what with it. */
export function NoticeScreen({ id }: { id: string }) {
  const t = useTranslations("admin.notices");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching } = useQuery(noticeQuery(api, id));
  if (data !== undefined) return <OneNotice notice={data} />;
  return (
    <>
      <PageHeader back={{ href: "/admin/notices", label: t("title") }} title={t("one")} />
      {error === null ? <EditorSkeleton /> : <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />}
    </>
  );
}

function OneNotice({ notice }: { notice: Notice }) {
  const t = useTranslations("admin.notices");
  const router = useRouter();
  const state = useNoticeState(notice);
  const { withdraw, remove } = useNoticeActions();
  // A draft that is deleted is withdrawn before.
  const wasOut = notice.status === "published" || (notice.status === "withdrawn" && (notice.counts?.delivered ?? 0) > 0);
  const [leaving, setLeaving] = useState(false);
  const removeIt = async () => {
    setLeaving(true);
    if (await remove(notice)) router.push("/admin/notices");
    else setLeaving(false);
  };
  return (
    <>
      <PageHeader
        back={{ href: "/admin/notices", label: t("title") }}
        title={notice.title}
        mark={<NoticeStateMark notice={notice} />}
        actions={
          <>
            <Button
              variant="danger-ghost"
              icon={<Trash size={16} />}
              onClick={() => void removeIt()}
            >
              {t("delete")}
            </Button>
            {wasOut && (
              <Link href={`/admin/notices/new?from=${notice.id}`} className={buttonClass("secondary")}>
                <Copy size={16} />
                {t("reuse")}
              </Link>
            )}
            {(state === "live" || state === "scheduled") && (
              <Button icon={<Undo size={16} />} onClick={() => void withdraw(notice)}>
                {t("withdraw")}
              </Button>
            )}
          </>
        }
      />
      {wasOut && <NoticeCounts notice={notice} />}
      <NoticeEditor key={notice.id} notice={notice} />
      {wasOut && <NoticeReceipts notice={notice} paused={leaving} />}
    </>
  );
}

function EditorSkeleton() {
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
      <Skeleton className="h-96 rounded-card!" />
      <Skeleton className="h-80 rounded-panel!" />
    </div>
  );
}
