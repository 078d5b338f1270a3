import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type Tone = "neutral" | "accent" | "success" | "warning" | "danger" | "note";

const tones: Record<Tone, string> = {
  neutral: "bg-hover text-fg2",
  accent: "bg-accent-bg text-accent-text",
  success: "bg-success-bg text-success",
  warning: "bg-warning-bg text-warning",
  danger: "bg-danger-bg text-danger",
  note: "bg-note text-note-text",
};

/** A short word about a thing: a role, a state, a label. */
export function Badge({ tone = "neutral", icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={classNames(
        "inline-flex h-5 max-w-full items-center gap-1 rounded-tag px-1.5 text-meta font-medium whitespace-nowrap",
        "forced-colors:border",
        tones[tone],
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}

/** A number in a pill, "9+" above nine; nothing at zero. `label` is what a screen reader says instead. */
export function CountBadge({ count, label, quiet = false }: { count: number; label: string; quiet?: boolean }) {
  if (count <= 0) return null;
  return (
    <span
      className={classNames(
        "inline-grid h-4 min-w-4 place-items-center rounded-full px-1 text-[0.6875rem] leading-4 font-medium tabular-nums forced-colors:border",
        quiet ? "bg-hover text-fg2" : "bg-danger-solid text-white",
      )}
    >
      <span aria-hidden>{count > 9 ? "9+" : count}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
