"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Users from "lucide-react/icons/users";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import type { NoticeReceipt } from "#protocol/http.ts";
import type { Notice } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card, CardFooter } from "./card.tsx";
import { LoadError } from "./load-error.tsx";
import { receiptsQuery } from "./queries.ts";

type Props = {
  notice: Notice;
  /** Nothing is asked for while true: it is being deleted. */
  paused: boolean;
};

/** Who got a notice, saw it and confirmed it. */
export function NoticeReceipts({ notice: { id, requireAck }, paused }: Props) {
  const t = useTranslations("admin.notices");
  const common = useTranslations("admin");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({ ...receiptsQuery(api, id), enabled: !paused });
  const columns = useColumns(requireAck);
  return (
    <section className="mt-8">
      <h2 className="mb-3 text-body font-semibold">{t("receipts")}</h2>
      <Card>
        {error !== null && data === undefined ? (
          <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />
        ) : (
          <Table
            caption={t("receipts")}
            columns={columns}
            rows={data?.pages.flatMap(({ items }) => items) ?? []}
            rowKey={({ userId }) => userId}
            loading={isPending}
            empty={
              <EmptyState icon={<Users />} title={t("noReceipts")}>
                {t("noReceiptsBody")}
              </EmptyState>
            }
          />
        )}
        {hasNextPage && (
          <CardFooter>
            <Button variant="ghost" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {common("more")}
            </Button>
          </CardFooter>
        )}
      </Card>
    </section>
  );
}

function useColumns(requireAck: boolean): readonly Column<NoticeReceipt>[] {
  const t = useTranslations("admin.notices");
  const roles = useTranslations("admin.roles");
  const time = (key: "deliveredAt" | "seenAt" | "acknowledgedAt" | "dismissedAt", className?: string): Column<NoticeReceipt> => ({
    key,
    header: t(`receipt.${key}`),
    className: `whitespace-nowrap ${className ?? ""}`,
    cell: (row) => <When at={row[key]} />,
  });
  return [
    {
      key: "name",
      header: t("receipt.name"),
      className: "min-w-40",
      cell: ({ userId, name, role }) => (
        <span className="flex items-center gap-2.5">
          <Avatar id={userId} name={name} size={24} />
          <span className="min-w-0">
            <span className="block font-medium">{name}</span>
            <span className="block text-meta text-fg3">{roles(role)}</span>
          </span>
        </span>
      ),
    },
    time("deliveredAt", "max-md:hidden"),
    time("seenAt"),
    ...(requireAck ? [time("acknowledgedAt")] : []),
    time("dismissedAt", "max-md:hidden"),
  ];
}

function When({ at }: { at: string | null }) {
  const t = useTranslations("admin.notices");
  const { when, moment } = useTimes();
  if (at === null) return <span className="text-fg3">{t("notYet")}</span>;
  return (
    <time dateTime={at} title={moment(at)} className="text-fg2 tabular-nums">
      {when(at)}
    </time>
  );
}
