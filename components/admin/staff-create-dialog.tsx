"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import * as z from "zod/mini";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { toCommandError } from "#components/realtime/command-error.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { staffUser } from "#protocol/http.ts";
import { staffRole } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { PasswordOnce } from "./password-once.tsx";
import { staffKey } from "./queries.ts";
import { type AccountValues, accountValues } from "./staff-values.ts";
import { useAction } from "./use-action.ts";
import { zodResolver } from "./zod-resolver.ts";

const created = z.extend(staffUser, { password: z.optional(z.string()) });
const formId = "new-account";

/** Makes an account, and shows its password this once. */
export function StaffCreateDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations("admin.staff");
  const common = useTranslations("common");
  const [made, setMade] = useState<{ email: string; password: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const close = () => {
    onClose();
    setMade(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      size="sm"
      title={made === null ? t("new") : t("made")}
      description={made === null ? t("newAbout") : undefined}
      footer={
        made === null ? (
          <>
            <Button onClick={close}>{common("cancel")}</Button>
            <Button type="submit" form={formId} variant="primary" busy={busy}>
              {t("create")}
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={close}>
            {t("done")}
          </Button>
        )
      }
    >
      {made === null ? <AccountForm onBusy={setBusy} onMade={setMade} /> : <PasswordOnce {...made} />}
    </Dialog>
  );
}

type FormProps = { onBusy: (busy: boolean) => void; onMade: (made: { email: string; password: string }) => void };

function AccountForm({ onBusy, onMade }: FormProps) {
  const t = useTranslations("admin.staff");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const { run } = useAction();
  const { register, handleSubmit, setValue, setError, control, formState } = useForm<AccountValues>({
    resolver: zodResolver(accountValues),
    defaultValues: { name: "", email: "", role: "agent" },
  });
  const role = useWatch({ control, name: "role" });
  const { errors } = formState;

  const create = handleSubmit(async (values) => {
    onBusy(true);
    let taken = false;
    const done = await run(
      () =>
        api({ method: "POST", path: "users", body: values, answer: created }).catch((error: unknown) => {
          taken = toCommandError(error).code === "conflict";
          if (taken) return null;
          throw error;
        }),
    );
    onBusy(false);
    if (taken) setError("email", { type: "taken", message: "taken" }, { shouldFocus: true });
    if (done === null || done.answer === null) return;
    await queries.invalidateQueries({ queryKey: staffKey });
    onMade({ email: done.answer.email, password: done.answer.password ?? "" });
  });

  return (
    <form id={formId} noValidate className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
      <TextField {...register("name")} label={t("name")} autoComplete="off" size="lg" error={errors.name && t("nameWrong")} />
      <TextField
        {...register("email")}
        label={t("email")}
        type="email"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        size="lg"
        description={t("emailAbout")}
        error={errors.email && (errors.email.message === "taken" ? t("emailTaken") : t("emailWrong"))}
      />
      <div className="flex flex-col gap-1">
        <span aria-hidden className="text-ui font-medium">
          {t("role")}
        </span>
        <Segmented
          label={t("role")}
          value={role}
          onChange={(next) => setValue("role", next)}
          options={staffRole.options.map((value) => ({ value, label: t(`roles.${value}`) }))}
        />
        <p className="text-meta text-fg3">{t(`roleHints.${role}`)}</p>
      </div>
    </form>
  );
}
