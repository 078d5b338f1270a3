import { classNames } from "./class-names.ts";

/** A turning ring in the text's colour. With `label` it announces itself, without it is decoration. */
export function Spinner({ size = 16, label, className }: { size?: 14 | 16 | 20 | 24; label?: string; className?: string }) {
  return (
    <span role={label ? "status" : undefined} className={classNames("inline-flex shrink-0", className)}>
      <svg width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden className="animate-spin">
        <circle cx="8" cy="8" r="6.5" stroke="currentColor" strokeWidth="2" opacity="0.25" />
        <path d="M14.5 8A6.5 6.5 0 0 0 8 1.5" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      </svg>
      {label && <span className="sr-only">{label}</span>}
    </span>
  );
}
