"use client";

import Check from "lucide-react/icons/check";
import ImagePlus from "lucide-react/icons/image-plus";
import SendHorizontal from "lucide-react/icons/send-horizontal";
import { useRef, type ClipboardEvent, type KeyboardEvent, type MouseEvent } from "react";
import { Tray } from "#components/chat/tray.tsx";
import { useDropZone } from "#components/chat/use-drop-zone.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { classNames } from "#components/ui/class-names.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { useAutosize } from "#components/ui/use-autosize.ts";
import { useComposition } from "#components/ui/use-composition.ts";
import { ComposerNotes } from "./composer-notes.tsx";
import { EditStrip } from "./edit-strip.tsx";
import { useComposer } from "./use-composer.ts";

/* These very types: a phone then turns its own format into one of them. */
const pictureTypes = "image/jpeg,image/png,image/webp";

/** Where a customer writes. Enter sends, Shift+Enter breaks the line; never while an input method composes. */
export function Composer() {
  const t = useTranslations("customer.composer");
  const client = useClient();
  const composition = useComposition();
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { text, write, canSend, isSaving, editing, cancelEdit, editLast, submit, tray, take } = useComposer(box);
  const isOver = useDropZone(take);
  useAutosize(box, text, 6);

  const press = (event: KeyboardEvent) => {
    if (composition.isComposing(event)) return;
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) submit();
    else if (event.key === "Escape" && editing !== null) cancelEdit();
    else if (event.key !== "ArrowUp" || !isPlain || text !== "" || !editLast()) return;
    event.preventDefault();
  };
  const paste = (event: ClipboardEvent) => {
    const { files } = event.clipboardData;
    // Office programs put a picture of the text beside the text: then the text is meant.
    if (files.length === 0 || event.clipboardData.getData("text/plain") !== "") return;
    event.preventDefault();
    take([...files]);
  };
  // The press of a button must not take the focus, or a phone's keyboard would go and come.
  const keepFocus = (event: MouseEvent) => event.preventDefault();
  return (
    <section aria-label={t("region")} className="relative shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]">
      <EditStrip />
      {editing === null && <Tray tray={tray} className="px-4" />}
      <div className="flex items-end gap-1.5 p-2">
        <input
          ref={picker}
          type="file"
          accept={pictureTypes}
          multiple
          hidden
          onChange={(event) => {
            take([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <IconButton label={t("attach")} size="lg" className="pointer-coarse:size-11!" disabled={editing !== null} onClick={() => picker.current?.click()}>
          <ImagePlus size={20} />
        </IconButton>
        <textarea
          ref={box}
          rows={1}
          value={text}
          aria-label={t("label")}
          aria-describedby="composer-notes"
          placeholder={t("placeholder")}
          enterKeyHint="send"
          dir="auto"
          onChange={(event) => write(event.target.value)}
          onBlur={() => client.setTyping(null, false)}
          onPaste={paste}
          {...composition.handlers}
          onKeyDown={press}
          className="scrollbar-thin block min-h-10 min-w-0 flex-1 resize-none rounded-[20px] border border-control bg-surface px-4 py-[7px] pointer-coarse:rounded-[22px] pointer-coarse:py-[9px] text-widget text-fg focus-visible:border-focus focus-visible:-outline-offset-2"
        />
        <IconButton
          label={editing === null ? t("send") : t("save")}
          size="lg"
          variant="primary"
          disabled={!canSend}
          aria-busy={isSaving || undefined}
          className="rounded-full! pointer-coarse:size-11! disabled:bg-hover disabled:text-fg3 disabled:opacity-100"
          onMouseDown={keepFocus}
          onClick={submit}
        >
          {editing === null ? <SendHorizontal size={20} /> : <Check size={20} />}
        </IconButton>
      </div>
      <ComposerNotes length={text.length} />
      <div
        aria-hidden
        className={classNames(
          "pointer-events-none absolute inset-1 z-1 grid place-items-center rounded-card border-2 border-dashed border-accent bg-accent-bg text-ui font-medium text-accent-text transition-opacity",
          !isOver && "opacity-0",
        )}
      >
        {t("drop")}
      </div>
    </section>
  );
}
