import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { buttonClass, type ButtonVariant, type ControlSize } from "./button-class.ts";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";

type Props = ComponentProps<"button"> & {
  variant?: ButtonVariant;
  size?: ControlSize;
  /** Work goes on: the button keeps its width and its focus, but does nothing. */
  busy?: boolean;
  icon?: ReactNode;
};

/** A button with words. `type` is "button" unless told otherwise. */
export function Button({ variant, size, busy = false, icon, className, children, onClick, type, ...rest }: Props) {
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      // oxlint-disable-next-line react/button-has-type -- the caller's word, "button" without one
      type={type ?? "button"}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest["aria-disabled"]}
      className={classNames(buttonClass(variant, size), className)}
      onClick={press}
    >
      {busy && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      )}
      <span className={classNames("inline-flex items-center gap-[inherit]", busy && "opacity-0")}>
        {icon}
        {children}
      </span>
    </button>
  );
}
