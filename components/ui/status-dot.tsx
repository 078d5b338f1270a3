import { classNames } from "./class-names.ts";

export type Status = "online" | "away" | "busy" | "offline";

const colours: Record<Status, string> = {
  online: "text-online",
  away: "text-away",
  busy: "text-danger-solid",
  offline: "text-offline",
};

/** Who is there: a disc, a clock, a bar or a ring, so that the shape says it without the colour. `label` names it. */
export function StatusDot({ status, label, size = 8 }: { status: Status; label?: string; size?: 8 | 10 | 12 }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 10 10"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      className={classNames("shrink-0", colours[status])}
    >
      {status === "offline" ? (
        <circle cx="5" cy="5" r="3.75" fill="none" stroke="currentColor" strokeWidth="2.5" />
      ) : (
        <circle cx="5" cy="5" r="5" fill="currentColor" />
      )}
      {status === "away" && <path d="M5 2.2V5.2L7 6.4" className="stroke-surface" strokeWidth="1.4" fill="none" />}
      {status === "busy" && <path d="M2.6 5h4.8" className="stroke-surface" strokeWidth="1.8" />}
    </svg>
  );
}
