"use client";

import type { ReactNode } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { limits } from "#protocol/limits.ts";
import { noticeAudience, noticeLevel } from "#protocol/objects.ts";
import { levelIcons } from "./notice-marks.tsx";
import type { NoticeState } from "./notice-state.ts";
import type { NoticeValues } from "./notice-values.ts";
import { useOnlineCount } from "./use-online.ts";

type Props = { form: UseFormReturn<NoticeValues>; values: NoticeValues; state: NoticeState };

const changed = { shouldDirty: true, shouldValidate: false } as const;

/** The content of a notice, whom it is for and when. What cannot be changed any more is shown and locked. */
export function NoticeFields({ form, values, state }: Props) {
  const t = useTranslations("admin.notices");
  const common = useTranslations("common");
  const online = useOnlineCount(values.audience);
  const { register, formState, setValue } = form;
  const locked = state === "withdrawn";
  const isOut = state === "live" || state === "over" || locked;
  const wrong = (name: keyof NoticeValues) => {
    const error = formState.errors[name];
    return error === undefined ? undefined : t(`wrong.${wordOf(name, error.message)}`);
  };
  const chooseLevel = (level: NoticeValues["level"]) => {
    setValue("level", level, changed);
    // What is urgent is to be confirmed, unless the writer has decided otherwise.
    if (values.requireAck === (values.level === "urgent")) setValue("requireAck", level === "urgent", changed);
  };

  return (
    <div className="flex flex-col gap-5 p-4 sm:p-5">
      <TextField {...register("title")} label={t("fields.title")} disabled={locked} maxLength={limits.titleCharacters} autoComplete="off" size="lg" error={wrong("title")} />
      <TextArea
        {...register("body")}
        label={t("fields.body")}
        value={values.body}
        disabled={locked}
        maxLength={limits.noticeBodyCharacters}
        minRows={5}
        maxRows={14}
        error={wrong("body")}
      />
      <Group label={t("fields.level")} about={t(`levelHints.${values.level}`)}>
        <Segmented
          label={t("fields.level")}
          value={values.level}
          onChange={chooseLevel}
          disabled={locked}
          options={noticeLevel.options.map((value) => {
            const Icon = levelIcons[value];
            return { value, label: t(`levels.${value}`), icon: <Icon size={14} /> };
          })}
        />
      </Group>
      <Group label={t("fields.audience")} about={isOut ? t("audienceLocked") : t("onlineNow", { count: online })}>
        <Segmented
          label={t("fields.audience")}
          value={values.audience}
          onChange={(audience) => setValue("audience", audience, changed)}
          disabled={isOut}
          options={noticeAudience.options.map((value) => ({ value, label: t(`audiences.${value}`) }))}
        />
      </Group>
      <Switch
        label={t("fields.requireAck")}
        description={t("ackHint")}
        checked={values.requireAck}
        onChange={(requireAck) => setValue("requireAck", requireAck, changed)}
        disabled={locked}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          {...register("startsAt")}
          type="datetime-local"
          label={t("fields.startsAt")}
          hint={common("optional")}
          description={isOut ? undefined : t("startHint")}
          disabled={isOut}
          error={wrong("startsAt")}
        />
        <TextField
          {...register("endsAt")}
          type="datetime-local"
          label={t("fields.endsAt")}
          hint={common("optional")}
          description={locked ? undefined : t("endHint")}
          disabled={locked}
          error={wrong("endsAt")}
        />
      </div>
    </div>
  );
}

function Group({ label, about, children }: { label: string; about: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      {/* The group says its name itself. */}
      <span aria-hidden className="text-ui font-medium text-fg">
        {label}
      </span>
      <div className="scrollbar-thin max-w-full overflow-x-auto p-px">{children}</div>
      <p className="text-meta text-fg3">{about}</p>
    </div>
  );
}

type Wrong = "title" | "body" | "timeWrong" | "endBeforeStart" | "endIsPast";

/* The schemas of the protocol say it for machines: where a field can only be empty, its name is the key. */
function wordOf(name: keyof NoticeValues, message: string | undefined): Wrong {
  if (name === "title" || name === "body") return name;
  return message === "endBeforeStart" || message === "endIsPast" ? message : "timeWrong";
}
