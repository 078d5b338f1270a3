"use client";

import Pencil from "lucide-react/icons/pencil";
import X from "lucide-react/icons/x";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { useWriting } from "./use-writing.tsx";

/** Above the composer while it changes a message that was sent. */
export function EditStrip() {
  const t = useTranslations("customer.composer");
  const { editing, edit } = useWriting();
  if (editing === null) return null;
  return (
    <div className="flex animate-appear items-center gap-2 pt-2 pr-2 pl-4 text-meta text-fg2">
      <Pencil size={14} className="shrink-0 text-accent-text" />
      <span className="shrink-0 font-medium text-accent-text">{t("editing")}</span>
      <bdi className="min-w-0 flex-1 truncate">{editing.text}</bdi>
      <IconButton label={t("cancelEdit")} size="sm" onClick={() => edit(null)}>
        <X size={14} />
      </IconButton>
    </div>
  );
}
