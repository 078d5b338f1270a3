"use client";

import { useRef, type KeyboardEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { classNames } from "#components/ui/class-names.ts";
import { conversationFilter, type ConversationFilter } from "#protocol/objects.ts";
import { useView } from "./view.tsx";

const filters: readonly ConversationFilter[] = conversationFilter.options;

/** Which list is shown, each with how many conversations it has. */
export function ListTabs() {
  const t = useTranslations("console.list");
  const { filter, setFilter } = useView();
  const counts = useChat((state) => state.counts);
  const row = useRef<HTMLDivElement>(null);

  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = filters[(filters.indexOf(filter) + step + filters.length) % filters.length] ?? filter;
    setFilter(next);
    row.current?.querySelector<HTMLElement>(`[data-filter="${next}"]`)?.focus();
  };
  return (
    <div ref={row} role="tablist" aria-label={t("lists")} tabIndex={-1} className="flex shrink-0 border-b border-line px-1" onKeyDown={press}>
      {filters.map((one) => {
        const isActive = one === filter;
        const isWaiting = one === "unassigned" && counts.unassigned > 0;
        return (
          <button
            key={one}
            type="button"
            role="tab"
            id={`list-tab-${one}`}
            data-filter={one}
            aria-selected={isActive}
            aria-controls="conversation-list"
            tabIndex={isActive ? 0 : -1}
            onClick={() => setFilter(one)}
            className={classNames(
              "relative flex h-9 min-w-0 pointer-coarse:h-11 flex-1 items-center justify-center gap-1 px-1 text-ui whitespace-nowrap transition-colors -outline-offset-2!",
              isActive
                ? "font-medium text-fg after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:rounded-full after:bg-accent"
                : "text-fg2 hover:text-fg",
            )}
          >
            {t(`filters.${one}`)}
            <span className={classNames("text-meta tabular-nums", isWaiting ? "font-medium text-accent-text" : "font-normal text-fg3")}>
              {counts[one] > 999 ? "999+" : counts[one]}
            </span>
          </button>
        );
      })}
    </div>
  );
}
