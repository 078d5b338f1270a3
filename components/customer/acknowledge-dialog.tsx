"use client";

import TriangleAlert from "lucide-react/icons/triangle-alert";
import { useId, useLayoutEffect, useRef } from "react";
import { MessageText } from "#components/chat/message-text.tsx";
import { useMarkSeen } from "#components/chat/notice-bar.tsx";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { Button } from "#components/ui/button.tsx";
import type { Notice } from "#protocol/objects.ts";

/** An urgent notice: it stands before the page until it is acknowledged. */
export function AcknowledgeDialog({ notice }: { notice: Notice }) {
  const t = useTranslations("chat.notices");
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useMarkSeen(notice);

  // Before the dialog leaves the page: then closing it gives the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Not a control: who is typing would press it with the next key.
    heading.current?.focus();
    return () => shown?.close();
  }, []);

  const acknowledge = () => {
    client.markNotice(notice.id, "acknowledged");
    client.markNotice(notice.id, "dismissed");
  };
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
      data-notice={notice.id}
      // Esc leaves it where it is: the button is the only way on.
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.key === "Escape" && event.preventDefault()}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(26rem,calc(100vw-2rem))] animate-arrive flex-col overflow-hidden rounded-dialog bg-surface text-fg shadow-e3 backdrop:bg-scrim open:flex forced-colors:border"
    >
      <div className="flex items-start gap-3 px-5 pt-5">
        <span className="grid size-9 shrink-0 place-items-center rounded-full bg-danger-bg text-danger">
          <TriangleAlert size={20} />
        </span>
        <div className="min-w-0">
          <p className="text-meta font-medium text-danger">{t("levels.urgent")}</p>
          <h2 ref={heading} id={`${id}-title`} tabIndex={-1} className="outline-none text-pane font-semibold wrap-anywhere">
            <bdi>{notice.title}</bdi>
          </h2>
        </div>
      </div>
      <p id={`${id}-body`} dir="auto" className="scrollbar-thin min-h-0 overflow-y-auto px-5 pt-3 text-widget wrap-anywhere whitespace-pre-wrap text-fg2">
        <MessageText text={notice.body} />
      </p>
      <div className="flex justify-end p-5">
        <Button variant="primary" size="lg" onClick={acknowledge}>
          {t("acknowledge")}
        </Button>
      </div>
    </dialog>
  );
}
