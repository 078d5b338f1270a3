"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import KeyRound from "lucide-react/icons/key-round";
import Plus from "lucide-react/icons/plus";
import Trash from "lucide-react/icons/trash-2";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ApiKey } from "#protocol/developers.ts";
import { useAdmin } from "./admin-context.tsx";
import { nothing } from "./api.ts";
import { Card } from "./card.tsx";
import { apiKeysKey, apiKeysQuery } from "./developer-queries.ts";
import { KeyCreateDialog } from "./key-create-dialog.tsx";
import { LoadError } from "./load-error.tsx";
import { Moment } from "./moment.tsx";
import { PageHeader } from "./page-header.tsx";
import { useAction } from "./use-action.ts";

/** Keys for programs: made, seen, revoked. */
export function KeysScreen() {
  const t = useTranslations("admin.keys");
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={
          <>
            {t("about")}{" "}
            <a href="/api/v1/docs" target="_blank" rel="noreferrer" className="hit-area rounded-tag text-accent-text underline underline-offset-2">
              {t("docs")}
            </a>
          </>
        }
        actions={
          <Button variant="primary" icon={<Plus size={16} />} onClick={() => setCreating(true)}>
            {t("new")}
          </Button>
        }
      />
      <Card>
        <KeyList />
      </Card>
      {creating && <KeyCreateDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function KeyList() {
  const t = useTranslations("admin.keys");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending } = useQuery(apiKeysQuery(api));
  const columns: readonly Column<ApiKey>[] = [
    { key: "name", header: t("columns.name"), className: "max-w-0 w-full", cell: (key) => <NameCell apiKey={key} /> },
    { key: "scopes", header: t("columns.scopes"), className: "max-md:hidden", cell: ({ scopes }) => <Scopes scopes={scopes} /> },
    { key: "used", header: t("columns.used"), className: "max-sm:hidden whitespace-nowrap", cell: ({ lastUsedAt }) => <Used at={lastUsedAt} /> },
    { key: "created", header: t("columns.created"), className: "max-lg:hidden whitespace-nowrap", cell: (key) => <Created apiKey={key} /> },
    { key: "actions", header: t("columns.actions"), hideHeader: true, align: "right", className: "w-12 pl-0!", cell: (key) => <RevokeButton apiKey={key} /> },
  ];
  if (error !== null && data === undefined) return <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />;
  return (
    <Table
      caption={t("title")}
      columns={columns}
      rows={data ?? []}
      rowKey={({ id }) => id}
      loading={isPending}
      empty={
        <EmptyState icon={<KeyRound />} title={t("empty")}>
          {t("emptyBody")}
        </EmptyState>
      }
    />
  );
}

function NameCell({ apiKey: { name, hint, scopes, lastUsedAt } }: { apiKey: ApiKey }) {
  return (
    <div className="py-1.5">
      <p className="truncate font-medium">{name}</p>
      <p className="font-mono text-meta text-fg3">{hint}…</p>
      <div className="mt-1 md:hidden">
        <Scopes scopes={scopes} />
      </div>
      <p className="mt-1 text-meta sm:hidden">
        <Used at={lastUsedAt} />
      </p>
    </div>
  );
}

function Scopes({ scopes }: Pick<ApiKey, "scopes">) {
  const t = useTranslations("admin.keys");
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <Badge key={scope}>{t(`scopeNames.${scope}`)}</Badge>
      ))}
    </span>
  );
}

function Used({ at }: { at: string | null }) {
  const t = useTranslations("admin.keys");
  return at === null ? <span className="text-fg3">{t("never")}</span> : <Moment at={at} />;
}

function Created({ apiKey: { createdAt, createdBy } }: { apiKey: ApiKey }) {
  const t = useTranslations("admin.keys");
  return (
    <>
      <Moment at={createdAt} />
      {createdBy !== null && <span className="block text-meta text-fg3">{t("createdBy", { name: createdBy.name })}</span>}
    </>
  );
}

function RevokeButton({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const t = useTranslations("admin.keys");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const toast = useToast();
  const { run, busy } = useAction();
  const revoke = async () => {
    if (!(await confirm({ title: t("revokeTitle", { name }), body: t("revokeBody"), action: t("revoke"), tone: "danger" }))) return;
    const done = await run(
      () => api({ method: "DELETE", path: `api-keys/${id}`, answer: nothing }),
      ({ code }) => (code === "not_found" ? t("goneAlready") : undefined),
    );
    void queries.invalidateQueries({ queryKey: apiKeysKey });
    if (done !== null) toast.show({ tone: "success", title: t("revoked", { name }) });
  };
  return (
    <IconButton label={t("revokeOf", { name })} size="sm" variant="danger-ghost" aria-busy={busy || undefined} onClick={() => void revoke()}>
      <Trash size={16} />
    </IconButton>
  );
}
