"use client";

import ChevronDown from "lucide-react/icons/chevron-down";
import ChevronUp from "lucide-react/icons/chevron-up";
import ChevronsUp from "lucide-react/icons/chevrons-up";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Priority } from "#protocol/objects.ts";

const marks = {
  low: { Icon: ChevronDown, look: "text-fg3" },
  high: { Icon: ChevronUp, look: "text-warning" },
  urgent: { Icon: ChevronsUp, look: "text-danger" },
} as const;

/** A priority that is not the usual one, as a small sign with its name. */
export function PriorityMark({ priority }: { priority: Priority }) {
  const t = useTranslations("console.priorities");
  if (priority === "normal") return null;
  const { Icon, look } = marks[priority];
  return <Icon size={14} aria-label={t(priority)} className={`shrink-0 self-center ${look}`} />;
}
