"use client";

import Reply from "lucide-react/icons/reply";
import StickyNote from "lucide-react/icons/sticky-note";
import { useRef, type KeyboardEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { classNames } from "#components/ui/class-names.ts";

/** Whether what is written goes to the customer or is a note; the text stays either way. */
export function ComposerModes({ note, onChange }: { note: boolean; onChange: (note: boolean) => void }) {
  const t = useTranslations("console.composer");
  const row = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    onChange(!note);
    row.current?.querySelector<HTMLElement>(`[data-mode="${note ? "reply" : "note"}"]`)?.focus();
  };
  const modes = [
    { value: false, name: "reply", Icon: Reply },
    { value: true, name: "note", Icon: StickyNote },
  ] as const;
  return (
    <div ref={row} role="radiogroup" aria-label={t("mode")} tabIndex={-1} className="flex gap-1" onKeyDown={press}>
      {modes.map(({ value, name, Icon }) => (
        <button
          key={name}
          type="button"
          role="radio"
          data-mode={name}
          aria-checked={note === value}
          tabIndex={note === value ? 0 : -1}
          title={`${t(name)} (${value ? "Alt+P" : "Alt+L"})`}
          onClick={() => onChange(value)}
          className={classNames(
            "hit-area inline-flex h-7 items-center gap-1.5 rounded-control px-2 text-ui transition-colors",
            note === value ? (value ? "bg-note-border/60 font-medium text-note-text" : "bg-active font-medium text-accent-text") : note ? "text-note-text/80 hover:bg-note-border/40" : "text-fg2 hover:bg-hover",
          )}
        >
          <Icon size={14} />
          {t(name)}
        </button>
      ))}
    </div>
  );
}
