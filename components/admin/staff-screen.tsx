"use client";

import { useQuery } from "@tanstack/react-query";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { StatusDot } from "#components/ui/status-dot.tsx";
import type { StaffUser } from "#protocol/http.ts";
import { useAdmin } from "./admin-context.tsx";
import { Card } from "./card.tsx";
import { LoadError } from "./load-error.tsx";
import { PageHeader } from "./page-header.tsx";
import { PasswordOnce } from "./password-once.tsx";
import { staffQuery } from "./queries.ts";
import { StaffCreateDialog } from "./staff-create-dialog.tsx";
import { StaffMenu } from "./staff-menu.tsx";
import { StaffRenameDialog } from "./staff-rename-dialog.tsx";
import { StateMark } from "./state-mark.tsx";
import { useIsOnline } from "./use-online.ts";

/** Who may sign in, and as what. */
export function StaffScreen() {
  const t = useTranslations("admin.staff");
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
        <StaffList />
      </Card>
      <StaffCreateDialog open={creating} onClose={() => setCreating(false)} />
    </>
  );
}

function StaffList() {
  const t = useTranslations("admin.staff");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending } = useQuery(staffQuery(api));
  const [renaming, setRenaming] = useState<StaffUser | null>(null);
  const [reset, setReset] = useState<{ email: string; password: string } | null>(null);
  const common = useTranslations("admin.staff");

  const columns: readonly Column<StaffUser>[] = [
    { key: "name", header: t("columns.name"), className: "max-w-0 w-full", cell: (account) => <NameCell account={account} /> },
    {
      key: "role",
      header: t("role"),
      className: "max-md:hidden",
      cell: ({ role }) => <Badge tone={role === "admin" ? "accent" : "neutral"}>{t(`roles.${role}`)}</Badge>,
    },
    { key: "state", header: t("columns.state"), className: "max-md:hidden", cell: (account) => <AccountState account={account} /> },
    {
      key: "menu",
      header: t("columns.actions"),
      hideHeader: true,
      align: "right",
      className: "w-12 pl-0!",
      cell: (account) => <StaffMenu account={account} onRename={() => setRenaming(account)} onReset={(password) => setReset({ email: account.email, password })} />,
    },
  ];
  if (error !== null && data === undefined) return <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />;
  return (
    <>
      <Table caption={t("title")} columns={columns} rows={data ?? []} rowKey={({ id }) => id} loading={isPending} />
      {renaming !== null && <StaffRenameDialog account={renaming} onClose={() => setRenaming(null)} />}
      <Dialog
        open={reset !== null}
        onOpenChange={(next) => !next && setReset(null)}
        size="sm"
        title={t("wasReset")}
        footer={
          <Button variant="primary" onClick={() => setReset(null)}>
            {common("done")}
          </Button>
        }
      >
        {reset !== null && <PasswordOnce {...reset} />}
      </Dialog>
    </>
  );
}

function NameCell({ account }: { account: StaffUser }) {
  const t = useTranslations("admin.staff");
  const common = useTranslations("common");
  const { me } = useAdmin();
  const { id, name, email, role, avatarUrl, disabled } = account;
  const online = useIsOnline(id) ? "online" : "offline";
  return (
    <div className="flex items-center gap-3 py-1.5">
      <Avatar id={id} name={name} src={avatarUrl} size={32} status={<StatusDot status={online} label={common(`status.${online}`)} />} />
      <div className="min-w-0 flex-1">
        <p className={disabled ? "truncate font-medium text-fg3" : "truncate font-medium"}>
          {name}
          {id === me.id && <span className="ml-1 font-normal text-fg3">{t("you")}</span>}
        </p>
        <p className="truncate text-meta text-fg3">{email}</p>
        <p className="mt-1 flex flex-wrap items-center gap-2 md:hidden">
          <Badge tone={role === "admin" ? "accent" : "neutral"}>{t(`roles.${role}`)}</Badge>
          <AccountState account={account} />
        </p>
      </div>
    </div>
  );
}

function AccountState({ account: { disabled } }: { account: StaffUser }) {
  const t = useTranslations("admin.staff");
  return <StateMark tone={disabled ? "quiet" : "good"}>{disabled ? t("disabled") : t("enabled")}</StateMark>;
}
