import { classNames } from "./class-names.ts";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger" | "danger-ghost";
export type ControlSize = "sm" | "md" | "lg";

const variants: Record<ButtonVariant, string> = {
  primary: "bg-accent text-white hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-fg shadow-e1 hover:bg-hover",
  ghost: "text-fg2 hover:bg-hover hover:text-fg",
  danger: "bg-danger-solid text-white hover:bg-danger-solid-hover",
  "danger-ghost": "text-danger hover:bg-danger-bg",
};

const sizes: Record<ControlSize, string> = {
  sm: "h-7 gap-1.5 px-2.5 text-ui",
  md: "h-8 gap-1.5 px-3 text-ui",
  lg: "h-10 gap-2 px-4 text-body",
};

/** How a button looks; for links that lead on like one. */
export function buttonClass(variant: ButtonVariant = "secondary", size: ControlSize = "md"): string {
  return classNames(
    "hit-area inline-flex shrink-0 items-center justify-center rounded-control font-medium whitespace-nowrap select-none",
    "transition-colors active:opacity-90 aria-disabled:pointer-events-none aria-disabled:opacity-55 disabled:pointer-events-none disabled:opacity-55",
    "forced-colors:border forced-colors:border-[ButtonText]",
    variants[variant],
    sizes[size],
  );
}
