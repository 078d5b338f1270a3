"use client";

import { useQuery } from "@tanstack/react-query";
import Plus from "lucide-react/icons/plus";
import WebhookIcon from "lucide-react/icons/webhook";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import type { Webhook } from "#protocol/developers.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card } from "./card.tsx";
import { webhooksQuery } from "./developer-queries.ts";
import { LoadError } from "./load-error.tsx";
import { PageHeader } from "./page-header.tsx";
import { WebhookCreateDialog, WebhookEditDialog } from "./webhook-dialogs.tsx";
import { WebhookMenu } from "./webhook-menu.tsx";
import { WebhookState } from "./webhook-state.tsx";

/** Where events are sent. */
export function WebhooksScreen() {
  const t = useTranslations("admin.webhooks");
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("about")}
        actions={
          <Button variant="primary" icon={<Plus size={16} />} onClick={() => setCreating(true)}>
            {t("new")}
          </Button>
        }
      />
      <Card>
        <WebhookList />
      </Card>
      {creating && <WebhookCreateDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function WebhookList() {
  const t = useTranslations("admin.webhooks");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending } = useQuery(webhooksQuery(api));
  const [editing, setEditing] = useState<Webhook | null>(null);
  const columns: readonly Column<Webhook>[] = [
    { key: "url", header: t("columns.url"), className: "max-w-0 w-full", cell: (webhook) => <AddressCell webhook={webhook} /> },
    {
      key: "events",
      header: t("columns.events"),
      className: "max-md:hidden whitespace-nowrap",
      cell: ({ events }) => (
        <span title={events.join(", ")} className="text-fg2">
          {t("eventCount", { count: events.length })}
        </span>
      ),
    },
    { key: "state", header: t("columns.state"), className: "max-md:hidden", cell: (webhook) => <WebhookState webhook={webhook} /> },
    {
      key: "actions",
      header: t("columns.actions"),
      hideHeader: true,
      align: "right",
      className: "w-12 pl-0!",
      cell: (webhook) => <WebhookMenu webhook={webhook} onEdit={() => setEditing(webhook)} />,
    },
  ];
  if (error !== null && data === undefined) return <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />;
  return (
    <>
      <Table
        caption={t("title")}
        columns={columns}
        rows={data ?? []}
        rowKey={({ id }) => id}
        loading={isPending}
        empty={
          <EmptyState icon={<WebhookIcon />} title={t("empty")}>
            {t("emptyBody")}
          </EmptyState>
        }
      />
      {editing !== null && <WebhookEditDialog before={editing} onClose={() => setEditing(null)} onSaved={() => setEditing(null)} />}
    </>
  );
}

function AddressCell({ webhook }: { webhook: Webhook }) {
  const t = useTranslations("admin.webhooks");
  return (
    <div className="py-1.5">
      <Link href={`/admin/webhooks/${webhook.id}`} className="block truncate rounded-tag font-medium hover:underline">
        {webhook.url}
      </Link>
      <p className="mt-1 flex flex-wrap items-center gap-2 text-meta text-fg3 md:hidden">
        <WebhookState webhook={webhook} />
        {t("eventCount", { count: webhook.events.length })}
      </p>
    </div>
  );
}
