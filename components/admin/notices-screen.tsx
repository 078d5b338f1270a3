"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Megaphone from "lucide-react/icons/megaphone";
import Plus from "lucide-react/icons/plus";
import Link from "next/link";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { buttonClass } from "#components/ui/button-class.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import type { Notice } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card, CardFooter } from "./card.tsx";
import { LoadError } from "./load-error.tsx";
import { LevelBadge, NoticeStateMark } from "./notice-marks.tsx";
import { NoticeMenu } from "./notice-menu.tsx";
import { PageHeader } from "./page-header.tsx";
import { noticesQuery } from "./queries.ts";

/** All notices with their live counts. */
export function NoticesScreen() {
  const t = useTranslations("admin.notices");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("about")}
        actions={
          <Link href="/admin/notices/new" className={buttonClass("primary")}>
            <Plus size={16} />
            {t("new")}
          </Link>
        }
      />
      <Card>
        <NoticeList />
      </Card>
    </>
  );
}

function NoticeList() {
  const t = useTranslations("admin.notices");
  const common = useTranslations("admin");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(noticesQuery(api));
  const columns = useColumns();
  if (error !== null && data === undefined) return <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />;
  return (
    <>
      <Table
        caption={t("title")}
        columns={columns}
        rows={data?.pages.flatMap(({ items }) => items) ?? []}
        rowKey={({ id }) => id}
        loading={isPending}
        empty={
          <EmptyState
            icon={<Megaphone />}
            title={t("empty")}
            action={
              <Link href="/admin/notices/new" className={buttonClass("primary")}>
                {t("new")}
              </Link>
            }
          >
            {t("emptyBody")}
          </EmptyState>
        }
      />
      {hasNextPage && (
        <CardFooter>
          <Button variant="ghost" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {common("more")}
          </Button>
        </CardFooter>
      )}
    </>
  );
}

function useColumns(): readonly Column<Notice>[] {
  const t = useTranslations("admin.notices");
  const number = (key: "online" | "delivered" | "seen" | "acknowledged"): Column<Notice> => ({
    key,
    header: t(`counts.${key}`),
    align: "right",
    className: "max-lg:hidden w-18",
    cell: ({ status, requireAck, counts }) => (isOut(status) && (key !== "acknowledged" || requireAck) ? (counts?.[key] ?? 0) : <Nothing />),
  });
  return [
    { key: "title", header: t("columns.title"), className: "max-w-0 w-full", cell: (notice) => <TitleCell notice={notice} /> },
    { key: "state", header: t("columns.state"), className: "max-md:hidden", cell: (notice) => <NoticeStateMark notice={notice} /> },
    { key: "level", header: t("columns.level"), className: "max-md:hidden", cell: ({ level }) => <LevelBadge level={level} /> },
    {
      key: "audience",
      header: t("columns.audience"),
      className: "max-md:hidden whitespace-nowrap",
      cell: ({ audience }) => <span className="text-fg2">{t(`audiences.${audience}`)}</span>,
    },
    number("online"),
    number("delivered"),
    number("seen"),
    number("acknowledged"),
    { key: "menu", header: t("columns.actions"), hideHeader: true, className: "w-12 pl-0!", align: "right", cell: (notice) => <NoticeMenu notice={notice} /> },
  ];
}

function TitleCell({ notice }: { notice: Notice }) {
  const t = useTranslations("admin.notices");
  const { id, title, body, audience, status, counts, requireAck } = notice;
  return (
    <div className="py-1.5">
      <Link href={`/admin/notices/${id}`} className="block truncate rounded-tag font-medium text-fg hover:text-accent-text hover:underline">
        {title}
      </Link>
      <p className="truncate text-meta text-fg3">{body}</p>
      <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-meta text-fg2 md:hidden">
        <NoticeStateMark notice={notice} />
        <LevelBadge level={notice.level} />
        {t(`audiences.${audience}`)}
      </p>
      {isOut(status) && counts !== undefined && (
        <p className="mt-1 text-meta text-fg3 tabular-nums lg:hidden">
          {t("countsLine", { delivered: counts.delivered, seen: counts.seen })}
          {requireAck && ` · ${t("ackLine", { acknowledged: counts.acknowledged })}`}
        </p>
      )}
    </div>
  );
}

function Nothing() {
  return <span className="text-fg3">–</span>;
}

function isOut(status: Notice["status"]): boolean {
  return status === "published" || status === "withdrawn";
}
