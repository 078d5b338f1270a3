"use client";

import Search from "lucide-react/icons/search";
import { useDeferredValue, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { inputClass } from "#components/ui/field.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { useComposition } from "#components/ui/use-composition.ts";
import { useConsoleCommands } from "./console-commands.tsx";
import { keyLabel } from "./keys.ts";
import { matchesConversation, matchesWords } from "./search.ts";
import { usePreview } from "./use-preview.ts";
import { useView } from "./view.tsx";

/** Something to choose: a conversation or a command. */
export type Entry = { id: string; label: string; detail?: string; icon: ReactNode; keys?: string; run: () => void };

/** Without a word only the newest are offered, so that the commands stay in sight. */
const most = { offered: 4, found: 8 } as const;

/** One field for conversations and commands. */
export function Palette() {
  const t = useTranslations("console.palette");
  const { sheet, setSheet } = useView();
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={sheet === "palette"} onOpenChange={(open) => setSheet(open ? "palette" : null)} title={t("title")} initialFocus={field}>
      <PaletteBody field={field} onDone={() => setSheet(null)} />
    </Dialog>
  );
}

function PaletteBody({ field, onDone }: { field: RefObject<HTMLInputElement | null>; onDone: () => void }) {
  const t = useTranslations("console.palette");
  const listId = useId();
  const composition = useComposition();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const wanted = useDeferredValue(query.trim());
  const conversations = useFound(wanted);
  const commands = useConsoleCommands().filter(({ label, detail = "" }) => matchesWords(wanted, [label, detail]));
  const entries = [...conversations, ...commands];
  const place = Math.min(chosen, Math.max(0, entries.length - 1));

  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onDone();
    entry.run();
  };
  const press = (event: KeyboardEvent) => {
    if (composition.isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") run(entries[place]);
    if (event.key !== "Enter" && step === undefined) return;
    event.preventDefault();
    if (step === undefined || entries.length === 0) return;
    const next = (place + step + entries.length) % entries.length;
    setChosen(next);
    list.current?.querySelector(`[data-place="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const groups = [
    { title: t("conversations"), from: 0, entries: conversations },
    { title: t("commands"), from: conversations.length, entries: commands },
  ].filter((group) => group.entries.length > 0);

  return (
    <div className="flex min-h-80 flex-col gap-3">
      <div className="relative">
        <Search size={16} className="absolute top-3 left-3 text-fg3" aria-hidden />
        <input
          ref={field}
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={entries.length > 0 ? `${listId}-${place}` : undefined}
          aria-label={t("title")}
          placeholder={t("placeholder")}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          {...composition.handlers}
          onKeyDown={press}
          className={classNames(inputClass, "h-10 pr-3 pl-9 text-body")}
        />
      </div>
      <div ref={list} id={listId} role="listbox" tabIndex={-1} aria-label={t("title")} className="-mx-2 flex flex-col gap-2">
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <p className="px-2 pb-1 text-meta font-medium text-fg3">{group.title}</p>
            {group.entries.map((entry, index) => (
              <EntryRow
                key={entry.id}
                entry={entry}
                elementId={`${listId}-${group.from + index}`}
                place={group.from + index}
                chosen={group.from + index === place}
                onPick={() => run(entry)}
              />
            ))}
          </div>
        ))}
        {entries.length === 0 && (
          <p className="px-2 py-8 text-center text-ui text-fg2">
            {t("nothing", { query: wanted })}
            <span className="block text-meta text-fg3">{t("nothingHint")}</span>
          </p>
        )}
      </div>
      <p className="mt-auto pt-2 text-meta text-fg3 pointer-coarse:hidden">{t("hint")}</p>
    </div>
  );
}

type RowProps = { entry: Entry; elementId: string; place: number; chosen: boolean; onPick: () => void };

function EntryRow({ entry: { label, detail, icon, keys }, elementId, place, chosen, onPick }: RowProps) {
  return (
    // The field keeps the focus and the keys (WAI-ARIA combobox); a pointer may pick too.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="option"
      id={elementId}
      tabIndex={-1}
      data-place={place}
      aria-selected={chosen}
      onClick={onPick}
      className={classNames("flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-2 py-1 text-ui pointer-coarse:min-h-11", chosen ? "bg-active" : "hover:bg-hover")}
    >
      <span className="grid w-6 shrink-0 place-items-center text-fg3">{icon}</span>
      <span className="shrink-0 truncate">{label}</span>
      <span className="min-w-0 flex-1 truncate text-fg3">{detail}</span>
      {keys !== undefined && <Kbd keys={keyLabel(keys)} />}
    </div>
  );
}

function useFound(query: string): Entry[] {
  const { select } = useView();
  const preview = usePreview();
  const conversations = useChat((state) => state.conversations);
  return useMemo(() => {
    const found = [...conversations.values()]
      .filter((row) => matchesConversation(query, row))
      .sort((one, two) => two.updatedAt.localeCompare(one.updatedAt));
    return found.slice(0, query === "" ? most.offered : most.found).map((row) => ({
      id: row.id,
      label: row.customer.name,
      detail: row.lastMessage === null ? "" : preview(row.lastMessage),
      icon: <Avatar id={row.customer.id} name={row.customer.name} size={24} />,
      run: () => select(row.id),
    }));
  }, [conversations, query, preview, select]);
}
