"use client";

import Search from "lucide-react/icons/search";
import SlidersHorizontal from "lucide-react/icons/sliders-horizontal";
import X from "lucide-react/icons/x";
import { useDeferredValue, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { classNames } from "#components/ui/class-names.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuChoices } from "#components/ui/menu.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { ListEmpty } from "./list-empty.tsx";
import { ListSkeleton } from "./list-skeleton.tsx";
import { ListTabs } from "./list-tabs.tsx";
import { matchesConversation } from "./search.ts";
import { OverdueBar } from "./overdue-bar.tsx";
import { ResizeHandle } from "./resize-handle.tsx";
import { SoundButton } from "./sound-button.tsx";
import { useList } from "./use-list.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";
import { useView } from "./view.tsx";
import { WaiterHint, WaiterSwitch } from "./waiter-switch.tsx";

/** The conversations of one list, with everything to find one. */
export function ListPane() {
  const t = useTranslations("console.list");
  const { filter, searching, setSearching } = useView();
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query.trim());
  const { rows, list, error, load } = useList(filter);
  const isConnected = useChat((state) => state.connection.status === "connected");
  const found = useMemo(() => (wanted === "" ? rows : rows.filter((row) => matchesConversation(wanted, row))), [rows, wanted]);
  const endSearch = () => {
    setQuery("");
    setSearching(false);
  };

  return (
    <section aria-label={t("title")} className="relative flex h-full min-w-0 flex-col bg-surface">
      <header className="flex h-13 shrink-0 items-center gap-1 pr-2 pl-3 pointer-coarse:gap-2.5">
        <div className="md:hidden">
          <AccountMenu />
        </div>
        <h1 className="min-w-0 flex-1 truncate text-pane font-semibold max-md:ml-2">{t("title")}</h1>
        <WaiterSwitch />
        <div className="md:hidden">
          <SoundButton side="bottom" />
        </div>
        <IconButton label={t("find")} shortcut="/" pressed={searching} onClick={() => (searching ? endSearch() : setSearching(true))}>
          <Search size={16} />
        </IconButton>
        <span className="contents max-md:hidden">
          <ListOptions />
        </span>
      </header>
      {searching && <SearchField query={query} onQuery={setQuery} onEnd={endSearch} count={wanted === "" ? null : found.length} />}
      <ListTabs />
      <WaiterHint />
      <div id="conversation-list" role="tabpanel" aria-labelledby={`list-tab-${filter}`} className="relative min-h-0 flex-1">
        {found.length > 0 ? (
          <ConversationList
            key={filter}
            rows={found}
            listKey={`${filter} ${wanted}`}
            hasMore={wanted === "" && list.cursor !== null}
            loading={list.loading}
            onMore={() => void load(true)}
          />
        ) : !list.loaded && error === null ? (
          <ListSkeleton />
        ) : (
          <ListEmpty
            filter={filter}
            query={wanted}
            error={isConnected ? error : null}
            busy={list.loading}
            onRetry={() => void load(false)}
            onClear={endSearch}
          />
        )}
      </div>
      <OverdueBar />
      <ResizeHandle />
    </section>
  );
}

type SearchProps = { query: string; onQuery: (query: string) => void; onEnd: () => void; count: number | null };

function SearchField({ query, onQuery, onEnd, count }: SearchProps) {
  const t = useTranslations("console.list");
  const common = useTranslations("common");
  const field = useRef<HTMLInputElement>(null);
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onEnd();
    }
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      document.querySelector<HTMLElement>("#conversation-list [data-conversation]")?.focus();
    }
  };
  return (
    <div className="animate-appear px-3 pb-2">
      <TextField
        ref={(input) => {
          field.current = input;
          if (input !== null && document.activeElement === document.body) input.focus();
        }}
        label={t("find")}
        hideLabel
        placeholder={t("findPlaceholder")}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={press}
        leading={<Search size={14} />}
        trailing={
          <IconButton label={common("clear")} size="sm" onClick={onEnd}>
            <X size={14} />
          </IconButton>
        }
      />
      <p aria-live="polite" className={classNames("px-1 text-meta text-fg3", count !== null && "pt-1")}>
        {count !== null && t("found", { count })}
      </p>
    </div>
  );
}

function ListOptions() {
  const t = useTranslations("console.list");
  const density = useSetting((settings) => settings.density);
  const store = useSettingsStore();
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("options")}>
          <SlidersHorizontal size={16} />
        </IconButton>
      }
    >
      <MenuChoices
        label={t("density")}
        value={density}
        onChange={(next) => store.setState({ density: next })}
        options={[
          { value: "comfortable", label: t("densities.comfortable") },
          { value: "compact", label: t("densities.compact") },
        ]}
      />
    </Menu>
  );
}
