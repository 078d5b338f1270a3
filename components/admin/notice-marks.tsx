"use client";

import CircleAlert from "lucide-react/icons/circle-alert";
import Info from "lucide-react/icons/info";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useServerNow } from "#components/realtime/hooks.ts";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { Notice, NoticeLevel } from "#protocol/objects.ts";
import { type NoticeState, stateOf } from "./notice-state.ts";
import { type MarkTone, StateMark } from "./state-mark.tsx";

const levelTones: Record<NoticeLevel, Tone> = { info: "accent", warning: "warning", urgent: "danger" };
export const levelIcons = { info: Info, warning: TriangleAlert, urgent: CircleAlert } as const satisfies Record<NoticeLevel, unknown>;
const stateTones: Record<NoticeState, MarkTone> = { draft: "quiet", scheduled: "accent", live: "good", over: "quiet", withdrawn: "quiet" };

export function LevelBadge({ level }: { level: NoticeLevel }) {
  const t = useTranslations("admin.notices");
  const Icon = levelIcons[level];
  return (
    <Badge tone={levelTones[level]} icon={<Icon size={12} />}>
      {t(`levels.${level}`)}
    </Badge>
  );
}

/** What has become of a notice; turns by itself when its time begins or ends. */
export function useNoticeState(notice: Pick<Notice, "status" | "startsAt" | "endsAt">): NoticeState {
  return stateOf(notice, useServerNow(5_000) ?? 0);
}

export function NoticeStateMark({ notice }: { notice: Pick<Notice, "status" | "startsAt" | "endsAt"> }) {
  const t = useTranslations("admin.notices");
  const state = useNoticeState(notice);
  return <StateMark tone={stateTones[state]}>{t(`states.${state}`)}</StateMark>;
}
