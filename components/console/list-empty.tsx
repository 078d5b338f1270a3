"use client";

import Inbox from "lucide-react/icons/inbox";
import SearchX from "lucide-react/icons/search-x";
import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { CommandError } from "#components/realtime/command-error.ts";
import { buttonClass } from "#components/ui/button-class.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import type { ConversationFilter } from "#protocol/objects.ts";
import { useView } from "./view.tsx";

type Props = {
  filter: ConversationFilter;
  query: string;
  error: CommandError | null;
  busy: boolean;
  onRetry: () => void;
  onClear: () => void;
};

/** A list with nothing in it: why, and what to do next. */
export function ListEmpty({ filter, query, error, busy, onRetry, onClear }: Props) {
  const t = useTranslations("console.list");
  const errorText = useErrorText();
  if (error !== null) {
    return <ErrorState title={t("failed")} body={errorText({ code: error.code, retryAfterMs: error.retryAfterMs ?? undefined })} requestId={error.requestId ?? undefined} onRetry={onRetry} busy={busy} />;
  }
  if (query !== "") {
    return (
      <EmptyState icon={<SearchX />} title={t("empty.search.title", { query })} action={<Button onClick={onClear}>{t("empty.search.action")}</Button>}>
        {t("empty.search.body")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Inbox />} title={t(`empty.${filter}.title`)} action={<NextStep filter={filter} />} className="pt-16!">
      {t(`empty.${filter}.body`)}
    </EmptyState>
  );
}

function NextStep({ filter }: { filter: ConversationFilter }) {
  const t = useTranslations("console.list.empty");
  const { setFilter } = useView();
  if (filter === "mine") return <Button onClick={() => setFilter("unassigned")}>{t("mine.action")}</Button>;
  if (filter !== "all") return null;
  return (
    <a href="/" target="_blank" rel="noreferrer" className={buttonClass()}>
      {t("all.action")}
    </a>
  );
}
