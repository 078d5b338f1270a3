"use client";

import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { useAutosize } from "#components/ui/use-autosize.ts";
import { useComposition } from "#components/ui/use-composition.ts";
import { limits } from "#protocol/limits.ts";
import type { Message } from "#protocol/objects.ts";
import { useComposerPort } from "./composer-port.tsx";
import { useCommand } from "./use-command.ts";

/** Changes the text of one of my messages in its place: Enter saves, Esc leaves it as it was. */
export function MessageEditor({ message, onEnd }: { message: Message; onEnd: () => void }) {
  const t = useTranslations("console.message");
  const run = useCommand();
  const port = useComposerPort();
  const composition = useComposition();
  const [text, setText] = useState(message.text);
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useAutosize(box, text, 8);

  useEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(message.text.length, message.text.length);
  }, [message.text]);

  const end = () => {
    onEnd();
    port.focus(null);
  };
  const save = async () => {
    const next = text.trim();
    if (busy || next === "") return;
    if (next === message.text) return end();
    setBusy(true);
    const done = await run("message:edit", { conversationId: message.conversationId, seq: message.seq, text: next }, ({ code }) =>
      code === "conflict" ? t("tooLate") : undefined,
    );
    setBusy(false);
    if (done !== null) end();
  };
  const press = (event: KeyboardEvent) => {
    if (composition.isComposing(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      end();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <div className="flex w-full flex-col gap-2 rounded-bubble border border-focus bg-surface p-2">
      <textarea
        ref={box}
        rows={1}
        aria-label={t("editLabel")}
        value={text}
        maxLength={limits.textCharacters}
        onChange={(event) => setText(event.target.value)}
        {...composition.handlers}
        onKeyDown={press}
        className="scrollbar-thin w-full resize-none bg-transparent px-1 text-body outline-none"
      />
      <div className="flex justify-end gap-2">
        <Button size="sm" variant="ghost" onClick={end}>
          {t("cancel")}
        </Button>
        <Button size="sm" variant="primary" busy={busy} disabled={text.trim() === ""} onClick={() => void save()}>
          {t("save")}
        </Button>
      </div>
    </div>
  );
}
