import type { ComponentProps } from "react";
import type { ButtonVariant, ControlSize } from "./button-class.ts";
import { classNames } from "./class-names.ts";

type Props = Omit<ComponentProps<"button">, "aria-label"> & {
  /** What it does: its name for screen readers, and its title unless `tip` is false (a Tooltip stands around it). */
  label: string;
  tip?: boolean;
  /** Shown behind the title, as the keys are written: "Alt+E". */
  shortcut?: string;
  variant?: Extract<ButtonVariant, "primary" | "ghost" | "danger-ghost">;
  size?: ControlSize;
  pressed?: boolean;
};

const variants = {
  primary: "bg-accent text-white hover:bg-accent-hover",
  ghost: "text-fg2 hover:bg-hover hover:text-fg aria-pressed:bg-active aria-pressed:text-accent-text",
  "danger-ghost": "text-fg2 hover:bg-danger-bg hover:text-danger",
} as const;

const sizes = { sm: "size-7", md: "size-8", lg: "size-10" } as const satisfies Record<ControlSize, string>;

/** A square button whose only content is an icon (16 px; 20 px in the large size). */
export function IconButton({ label, tip = true, shortcut, variant = "ghost", size = "md", pressed, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      aria-pressed={pressed}
      title={tip ? (shortcut ? `${label} (${shortcut})` : label) : undefined}
      className={classNames(
        "hit-area inline-grid shrink-0 place-items-center rounded-control transition-colors select-none active:opacity-90",
        "disabled:pointer-events-none disabled:opacity-40",
        variants[variant],
        sizes[size],
        rest.className,
      )}
    />
  );
}
