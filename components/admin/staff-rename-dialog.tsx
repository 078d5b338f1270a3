"use client";

import { useForm } from "react-hook-form";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { StaffUser } from "#protocol/http.ts";
import { type NameValues, nameValues } from "./staff-values.ts";
import { useStaffActions } from "./use-staff-actions.ts";
import { zodResolver } from "./zod-resolver.ts";

const formId = "rename-account";

/** Gives an account another name. */
export function StaffRenameDialog({ account, onClose }: { account: StaffUser; onClose: () => void }) {
  const t = useTranslations("admin.staff");
  const common = useTranslations("common");
  const { rename, busy } = useStaffActions();
  const { register, handleSubmit, formState } = useForm<NameValues>({ resolver: zodResolver(nameValues), defaultValues: { name: account.name } });
  const submit = handleSubmit(async ({ name }) => {
    if (await rename(account, name)) onClose();
  });
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      size="sm"
      title={t("renameTitle")}
      description={t("renameAbout")}
      footer={
        <>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {common("save")}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={(event) => void submit(event)}>
        <TextField {...register("name")} label={t("name")} autoComplete="off" size="lg" error={formState.errors.name && t("nameWrong")} />
      </form>
    </Dialog>
  );
}
