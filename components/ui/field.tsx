import { useId, type ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type FieldTexts = {
  label: string;
  /** The label is for screen readers alone. */
  hideLabel?: boolean;
  description?: ReactNode;
  /** What is wrong and what to do; its presence makes the field invalid. */
  error?: string | undefined;
  /** Stands behind the label, e.g. `t("optional")` of `common`: "(optional)". */
  hint?: string;
};

type ControlProps = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

/** How the box of an input looks. */
export const inputClass = classNames(
  "w-full min-w-0 rounded-control border border-control bg-surface text-fg transition-colors",
  "focus-visible:border-focus focus-visible:outline-offset-0 aria-invalid:border-danger",
  "disabled:bg-sunken disabled:text-fg3",
);

/** Label, control, description and error, tied together. `children` gets what the control must carry. */
export function Field({ label, hideLabel, description, error, hint, children }: FieldTexts & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const describedBy = [description && `${id}-about`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-ui font-medium text-fg"}>
        {label}
        {hint && <span className="ml-1 font-normal text-fg3">{hint}</span>}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined })}
      {description && (
        <div id={`${id}-about`} className="text-meta text-fg3">
          {description}
        </div>
      )}
      <div id={`${id}-error`} aria-live="polite" className="text-meta text-danger empty:hidden">
        {error}
      </div>
    </div>
  );
}
