"use client";

import Bell from "lucide-react/icons/bell";
import ChevronRight from "lucide-react/icons/chevron-right";
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import type { Notice, NoticeLevel } from "#protocol/objects.ts";
import { MessageText } from "./message-text.tsx";
import { needsAnswer } from "./notice-answer.ts";
import { useIsWatched } from "./use-watched.ts";

const order: readonly NoticeLevel[] = ["urgent", "warning", "info"];
const tones = { info: "info", warning: "warning", urgent: "danger" } as const;

/** Notices in force, one at a time, the most urgent first. Needs `chat`. */
export function NoticeBar({ notices }: { notices: readonly Notice[] }) {
  const [index, setIndex] = useState(0);
  const sorted = [...notices].sort((one, two) => rank(one) - rank(two));
  const place = sorted.length === 0 ? 0 : index % sorted.length;
  const notice = sorted[place];
  if (notice === undefined) return null;
  return <NoticeStrip key={notice.id} notice={notice} place={place} count={sorted.length} onNext={() => setIndex(place + 1)} />;
}

/* What still wants an answer stands before what does not. */
function rank(notice: Notice): number {
  return order.indexOf(notice.level) - (needsAnswer(notice) ? order.length : 0);
}

type Props = { notice: Notice; place: number; count: number; onNext: () => void };

function NoticeStrip({ notice, place, count, onNext }: Props) {
  const t = useTranslations("chat.notices");
  const client = useClient();
  const [open, setOpen] = useState(notice.level === "urgent");
  const { id, level, title, body } = notice;
  const mustAnswer = needsAnswer(notice);

  useMarkSeen(notice);

  const answer = () => {
    client.markNotice(id, "acknowledged");
    client.markNotice(id, "dismissed");
  };
  const text = useRef<HTMLParagraphElement>(null);
  const isClipped = useIsClipped(text, open);
  return (
    <section aria-label={t("label")} data-notice={id} className="border-b border-line">
      <Banner
        tone={tones[level]}
        role={level === "urgent" ? "alert" : "status"}
        icon={level === "info" ? <Bell size={16} className="mt-0.5 shrink-0" /> : undefined}
        {...(mustAnswer ? {} : { onDismiss: () => client.markNotice(id, "dismissed"), dismissLabel: t("dismiss") })}
        action={
          <span className="-my-1 flex shrink-0 items-center gap-1">
            {count > 1 && (
              <>
                <span className="text-meta tabular-nums">{t("of", { index: place + 1, count })}</span>
                <IconButton label={t("next")} size="sm" className="text-current!" onClick={onNext}>
                  <ChevronRight size={16} />
                </IconButton>
              </>
            )}
            {mustAnswer && (
              <Button size="sm" variant="primary" onClick={answer}>
                {t("acknowledge")}
              </Button>
            )}
          </span>
        }
      >
        <p ref={text} className={open ? "max-h-[40dvh] overflow-y-auto wrap-anywhere whitespace-pre-wrap" : "line-clamp-2 wrap-anywhere"}>
          <bdi className="font-semibold">{title}</bdi> <bdi>{open ? <MessageText text={body} /> : body}</bdi>
        </p>
        {isClipped && (
          <button type="button" aria-expanded={open} className="hit-area text-meta font-medium underline underline-offset-2" onClick={() => setOpen(!open)}>
            {open ? t("less") : t("more")}
          </button>
        )}
      </Banner>
    </section>
  );
}

/* Whether the two lines hold not all of it; while it is open, whatever was found before. */
function useIsClipped(text: RefObject<HTMLElement | null>, open: boolean): boolean {
  const [isClipped, setIsClipped] = useState(open);

  // Before it is painted, so that what stands below moves once only.
  useLayoutEffect(() => {
    const box = text.current;
    if (box === null || open) return undefined;
    const look = () => setIsClipped(box.scrollHeight > box.clientHeight + 1);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, [text, open]);

  return isClipped;
}

/** Tells that a notice was on a screen that is looked at. */
export function useMarkSeen({ id, mine }: Notice): void {
  const client = useClient();
  const isWatched = useIsWatched();
  const isSeen = (mine?.seenAt ?? null) !== null;
  useEffect(() => {
    if (isWatched && !isSeen) client.markNotice(id, "seen");
  }, [client, id, isWatched, isSeen]);
}
