"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Plug from "lucide-react/icons/plug";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Table } from "#components/ui/table.tsx";
import { role as roleSchema, type Role } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card, CardFooter } from "./card.tsx";
import { LoadError } from "./load-error.tsx";
import { PageHeader } from "./page-header.tsx";
import { sessionsQuery } from "./queries.ts";
import { useSessionColumns } from "./session-columns.tsx";

/** Who is connected, on all nodes; live. */
export function SessionsScreen() {
  const t = useTranslations("admin.sessions");
  const [role, setRole] = useState<Role | "all">("all");
  return (
    <>
      <PageHeader title={t("title")} description={t("about")} />
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <div className="scrollbar-thin max-w-full overflow-x-auto p-px">
          <Segmented
            label={t("filter")}
            value={role}
            onChange={setRole}
            options={(["all", ...roleSchema.options] as const).map((value) => ({ value, label: t(`filters.${value}`) }))}
          />
        </div>
        <Totals />
      </div>
      <Card>
        <SessionList role={role} />
      </Card>
    </>
  );
}

function Totals() {
  const t = useTranslations("admin.sessions");
  const { watching, counts } = useChat((state) => state.presence);
  if (!watching) return null;
  return (
    <p role="status" className="text-ui text-fg2 tabular-nums">
      {t("totals", { ...counts })}
    </p>
  );
}

function SessionList({ role }: { role: Role | "all" }) {
  const t = useTranslations("admin.sessions");
  const common = useTranslations("admin");
  const { api } = useAdmin();
  const columns = useSessionColumns();
  const { data, error, refetch, isFetching, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(sessionsQuery(api, role));
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
          <EmptyState icon={<Plug />} title={t("empty")}>
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
