"use client";

import Plus from "lucide-react/icons/plus";
import X from "lucide-react/icons/x";
import { useState, type KeyboardEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useComposition } from "#components/ui/use-composition.ts";
import { limits } from "#protocol/limits.ts";
import type { Conversation } from "#protocol/objects.ts";
import { useCommand } from "./use-command.ts";

/** The tags of a conversation: a cross removes one, Enter adds one. */
export function TagEditor({ conversation: { id, tags } }: { conversation: Conversation }) {
  const t = useTranslations("console.panel");
  const run = useCommand();
  const [adding, setAdding] = useState(false);
  const save = (next: readonly string[]) => run("conversation:update", { conversationId: id, tags: [...next] });
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {tags.map((tag) => (
        <span key={tag} className="inline-flex h-6 max-w-full items-center gap-0.5 rounded-tag bg-hover pl-2 text-meta font-medium text-fg2">
          <span className="truncate">{tag}</span>
          <button
            type="button"
            aria-label={t("tagRemove", { tag })}
            title={t("tagRemove", { tag })}
            onClick={() => void save(tags.filter((one) => one !== tag))}
            className="hit-area grid size-6 shrink-0 place-items-center rounded-tag text-fg3 hover:text-fg"
          >
            <X size={12} />
          </button>
        </span>
      ))}
      {tags.length >= limits.tags ? (
        <span className="text-meta text-fg3">{t("tagsFull", { count: limits.tags })}</span>
      ) : adding ? (
        <TagField onAdd={(tag) => void (tags.includes(tag) ? undefined : save([...tags, tag]))} onEnd={() => setAdding(false)} />
      ) : (
        <button
          type="button"
          onClick={() => setAdding(true)}
          className="hit-area inline-flex h-6 items-center gap-1 rounded-tag border border-dashed border-control px-1.5 text-meta text-fg2 hover:bg-hover"
        >
          <Plus size={12} /> {t("tagAdd")}
        </button>
      )}
    </div>
  );
}

function TagField({ onAdd, onEnd }: { onAdd: (tag: string) => void; onEnd: () => void }) {
  const t = useTranslations("console.panel");
  const [text, setText] = useState("");
  const composition = useComposition();
  const add = () => {
    const tag = text.trim();
    setText("");
    if (tag === "") return false;
    onAdd(tag);
    return true;
  };
  const press = (event: KeyboardEvent) => {
    if (composition.isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onEnd();
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!add()) onEnd();
  };
  return (
    <input
      ref={(field) => {
        if (field !== null && document.activeElement !== field && text === "") field.focus();
      }}
      value={text}
      maxLength={limits.tagCharacters}
      aria-label={t("tagAdd")}
      placeholder={t("tagPlaceholder")}
      onChange={(event) => setText(event.target.value)}
      {...composition.handlers}
      onKeyDown={press}
      onBlur={() => {
        add();
        onEnd();
      }}
      className="h-6 w-40 rounded-tag border border-control bg-surface px-1.5 text-meta"
    />
  );
}
