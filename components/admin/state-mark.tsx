import { classNames } from "#components/ui/class-names.ts";

export type MarkTone = "quiet" | "accent" | "good" | "warning";

const dots: Record<MarkTone, string> = {
  quiet: "border-2 border-offline",
  accent: "bg-accent",
  good: "bg-online",
  warning: "bg-away",
};

/** A state as a dot and a word. */
export function StateMark({ tone, children }: { tone: MarkTone; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-fg2">
      <span aria-hidden className={classNames("size-2 shrink-0 rounded-full forced-colors:border", dots[tone])} />
      {children}
    </span>
  );
}
