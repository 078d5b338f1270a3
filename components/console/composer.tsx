"use client";

import ImagePlus from "lucide-react/icons/image-plus";
import Send from "lucide-react/icons/send";
import StickyNote from "lucide-react/icons/sticky-note";
import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuChoices } from "#components/ui/menu.tsx";
import { useAutosize } from "#components/ui/use-autosize.ts";
import { useComposition } from "#components/ui/use-composition.ts";
import { limits } from "#protocol/limits.ts";
import type { Conversation } from "#protocol/objects.ts";
import Settings2 from "lucide-react/icons/settings-2";
import { ComposerModes } from "./composer-modes.tsx";
import { useComposerPort } from "./composer-port.tsx";
import { modKey } from "./keys.ts";
import { Tray } from "#components/chat/tray.tsx";
import { useComposer } from "./use-composer.ts";
import { useEditLast } from "./use-edit-last.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";

const pictureTypes = "image/jpeg,image/png,image/webp";

/** Where an agent writes: to the customer, or a note that tints everything and says so on its button. */
export function Composer({ row }: { row: Conversation }) {
  const t = useTranslations("console.composer");
  const client = useClient();
  const port = useComposerPort();
  const composition = useComposition();
  const sendKey = useSetting((settings) => settings.sendKey);
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const composer = useComposer(row.id, box);
  const editLast = useEditLast(row.id);
  const [dropping, setDropping] = useState(false);
  const { text, note, left, canSend, tray, write, setNote, send } = composer;
  useAutosize(box, text, 8);

  useEffect(
    () =>
      port.connect({
        focus: (mode) => (mode === null ? box.current?.focus() : setNote(mode === "note")),
        blur: () => box.current?.blur(),
        attach: () => picker.current?.click(),
      }),
  );

  const take = (files: FileList | null | undefined) => {
    if (files === null || files === undefined || files.length === 0) return false;
    if (note) setNote(false);
    return tray.add([...files]) > 0;
  };
  const press = (event: KeyboardEvent) => {
    if (composition.isComposing(event)) return;
    const hasMod = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && (sendKey === "enter" || hasMod)) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && text === "" && !hasMod && !event.altKey && !event.shiftKey && editLast()) {
      event.preventDefault();
    }
  };
  const paste = (event: ClipboardEvent) => {
    if (take(event.clipboardData.files)) event.preventDefault();
  };
  const drag = (over: boolean) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setDropping(over);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      data-composer={note ? "note" : "reply"}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={drop}
      className={classNames("relative shrink-0 border-t pb-[env(safe-area-inset-bottom)] transition-colors", note ? "border-note-border bg-note" : "border-line bg-surface")}
    >
      {row.status === "resolved" && <p className="px-4 pt-2 text-meta text-fg3">{t("closedHint")}</p>}
      {!note && <Tray tray={tray} className="px-3" />}
      <textarea
        ref={box}
        rows={1}
        value={text}
        aria-label={note ? t("noteLabel") : t("label", { name: row.customer.name })}
        placeholder={note ? t("notePlaceholder") : t("placeholder", { name: row.customer.name })}
        enterKeyHint={sendKey === "enter" ? "send" : "enter"}
        onChange={(event) => write(event.target.value)}
        onBlur={() => client.setTyping(row.id, false)}
        onPaste={paste}
        {...composition.handlers}
        onKeyDown={press}
        className={classNames(
          "scrollbar-thin block min-h-10 w-full resize-none bg-transparent px-4 pt-2.5 pb-1 text-body outline-none",
          note ? "text-note-text placeholder:text-note-text/75" : "text-fg",
        )}
      />
      <div className="flex items-center gap-1 px-2 pb-2">
        <ComposerModes note={note} onChange={setNote} />
        <input
          ref={picker}
          type="file"
          accept={pictureTypes}
          multiple
          hidden
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <IconButton label={note ? t("noteNoImages") : t("attach")} shortcut="Ctrl+Alt+A" disabled={note} onClick={() => picker.current?.click()}>
          <ImagePlus size={16} />
        </IconButton>
        <SendKeyMenu />
        <Left left={left} />
        <span className="flex-1" />
        <span className="text-meta text-fg3 max-lg:hidden pointer-coarse:hidden">{sendKey === "enter" ? t("hintEnter") : t("hintMod", { mod: modKey() })}</span>
        <Button
          variant="primary"
          disabled={!canSend}
          icon={note ? <StickyNote size={14} /> : <Send size={14} />}
          className={note ? "bg-note-text! text-note! hover:opacity-90" : undefined}
          onClick={send}
        >
          {note ? t("saveNote") : t("send")}
        </Button>
      </div>
      {dropping && (
        <div className="pointer-events-none absolute inset-1 z-1 grid place-items-center rounded-card border-2 border-dashed border-accent bg-accent-bg/95 text-ui font-medium text-accent-text">
          {t("drop")}
        </div>
      )}
    </div>
  );
}

/* How much room is left, once it matters. */
function Left({ left }: { left: number }) {
  const t = useTranslations("console.composer");
  const isNear = left <= limits.textCharacters - limits.textWarnCharacters;
  return (
    <span aria-live="polite" className={classNames("truncate px-1 text-meta tabular-nums", left < 0 ? "font-medium text-danger" : "text-warning")}>
      {isNear && (left < 0 ? t("over", { count: -left }) : t("left", { count: left }))}
    </span>
  );
}

function SendKeyMenu() {
  const t = useTranslations("console.composer");
  const store = useSettingsStore();
  const sendKey = useSetting((settings) => settings.sendKey);
  return (
    <span className="contents pointer-coarse:hidden">
      <Menu
        side="top"
        trigger={
          <IconButton label={t("options")}>
            <Settings2 size={16} />
          </IconButton>
        }
      >
        <MenuChoices
          label={t("sendKey")}
          value={sendKey}
          onChange={(next) => store.setState({ sendKey: next })}
          options={[
            { value: "enter", label: t("sendKeys.enter") },
            { value: "mod", label: t("sendKeys.mod", { mod: modKey() }) },
          ]}
        />
      </Menu>
    </span>
  );
}
