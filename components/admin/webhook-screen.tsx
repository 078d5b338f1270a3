"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import RotateCw from "lucide-react/icons/rotate-cw";
import Send from "lucide-react/icons/send";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import type { Webhook, WebhookDelivery } from "#protocol/developers.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card, CardFooter } from "./card.tsx";
import { deliveriesQuery, webhookQuery } from "./developer-queries.ts";
import { LoadError } from "./load-error.tsx";
import { Moment } from "./moment.tsx";
import { PageHeader } from "./page-header.tsx";
import { useWebhookActions } from "./use-webhook-actions.ts";
import { WebhookEditDialog } from "./webhook-dialogs.tsx";
import { WebhookMenu } from "./webhook-menu.tsx";
import { DeliveryState, WebhookState } from "./webhook-state.tsx";

/** One webhook with what went to it. */
export function WebhookScreen({ id }: { id: string }) {
  const { api } = useAdmin();
  const { data, error, refetch, isFetching } = useQuery(webhookQuery(api, id));
  if (data === undefined) return error === null ? null : <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />;
  return (
    <>
      <Header webhook={data} />
      <Card>
        <DeliveryList webhook={data} />
      </Card>
    </>
  );
}

function Header({ webhook }: { webhook: Webhook }) {
  const t = useTranslations("admin.webhooks");
  const router = useRouter();
  const { test, busy } = useWebhookActions();
  const [editing, setEditing] = useState(false);
  return (
    <>
      <PageHeader
        title={webhook.url}
        description={
          <>
            <span className="block font-mono text-meta">{webhook.events.join(" · ")}</span>
            {t("deliveriesAbout")}
          </>
        }
        back={{ href: "/admin/webhooks", label: t("title") }}
        mark={<WebhookState webhook={webhook} />}
        actions={
          <>
            {!webhook.disabled && (
              <Button icon={<Send size={16} />} busy={busy} onClick={() => void test(webhook)}>
                {t("test")}
              </Button>
            )}
            <WebhookMenu webhook={webhook} onEdit={() => setEditing(true)} onDeleted={() => router.push("/admin/webhooks")} />
          </>
        }
      />
      {editing && <WebhookEditDialog before={webhook} onClose={() => setEditing(false)} onSaved={() => setEditing(false)} />}
    </>
  );
}

function DeliveryList({ webhook }: { webhook: Webhook }) {
  const t = useTranslations("admin.webhooks");
  const admin = useTranslations("admin");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(deliveriesQuery(api, webhook.id));
  const columns: readonly Column<WebhookDelivery>[] = [
    { key: "event", header: t("deliveryColumns.event"), className: "max-w-0 w-full", cell: (delivery) => <EventCell delivery={delivery} /> },
    { key: "state", header: t("deliveryColumns.state"), className: "max-sm:hidden", cell: (delivery) => <StateCell delivery={delivery} /> },
    { key: "answer", header: t("deliveryColumns.answer"), className: "max-md:hidden", cell: (delivery) => <AnswerCell delivery={delivery} /> },
    { key: "created", header: t("deliveryColumns.created"), className: "max-lg:hidden whitespace-nowrap", cell: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      key: "actions",
      header: t("deliveryColumns.actions"),
      hideHeader: true,
      align: "right",
      className: "w-12 pl-0!",
      cell: (delivery) => <RepeatButton webhook={webhook} delivery={delivery} />,
    },
  ];
  if (error !== null && data === undefined) return <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />;
  return (
    <>
      <Table
        caption={t("deliveries")}
        columns={columns}
        rows={data?.pages.flatMap(({ items }) => items) ?? []}
        rowKey={({ id }) => id}
        loading={isPending}
        empty={
          <EmptyState icon={<Send />} title={t("noDeliveries")}>
            {t("noDeliveriesBody")}
          </EmptyState>
        }
      />
      {hasNextPage && (
        <CardFooter>
          <Button variant="ghost" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {admin("more")}
          </Button>
        </CardFooter>
      )}
    </>
  );
}

function EventCell({ delivery }: { delivery: WebhookDelivery }) {
  return (
    <div className="py-1.5">
      <p className="truncate font-mono">{delivery.type}</p>
      <p className="truncate font-mono text-meta text-fg3" title={delivery.id}>
        {delivery.id}
      </p>
      <div className="mt-1 sm:hidden">
        <StateCell delivery={delivery} />
      </div>
    </div>
  );
}

function StateCell({ delivery: { state, attempts, nextAt } }: { delivery: WebhookDelivery }) {
  const t = useTranslations("admin.webhooks");
  return (
    <div className="whitespace-nowrap">
      <DeliveryState state={state} />
      <p className="text-meta text-fg3">
        {t("attempts", { count: attempts })}
        {nextAt !== null && attempts > 0 && (
          <>
            {" · "}
            <Moment at={nextAt} />
          </>
        )}
      </p>
    </div>
  );
}

function AnswerCell({ delivery: { status, error, triedAt } }: { delivery: WebhookDelivery }) {
  const t = useTranslations("admin.webhooks");
  if (triedAt === null) return <span className="text-fg3">{t("notYet")}</span>;
  return (
    <div className="max-w-64">
      <p className="truncate text-fg2 tabular-nums">{status ?? t("noAnswer")}</p>
      {error !== null && (
        <p className="truncate text-meta text-fg3" title={error}>
          {error}
        </p>
      )}
    </div>
  );
}

function RepeatButton({ webhook, delivery }: { webhook: Webhook; delivery: WebhookDelivery }) {
  const t = useTranslations("admin.webhooks");
  const { repeat, busy } = useWebhookActions();
  return (
    <IconButton
      label={t("repeatOf", { type: delivery.type })}
      size="sm"
      disabled={webhook.disabled}
      aria-busy={busy || undefined}
      onClick={() => void repeat(webhook.id, delivery)}
    >
      <RotateCw size={16} />
    </IconButton>
  );
}
