import { useId, type ComponentProps, type ReactNode } from "react";

type Props = Omit<ComponentProps<"input">, "type" | "id" | "size"> & { label: string; hideLabel?: boolean; description?: ReactNode };

/** A box to tick, with its label. */
export function Checkbox({ label, hideLabel, description, ...rest }: Props) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        {...rest}
        type="checkbox"
        id={id}
        aria-describedby={description ? `${id}-about` : undefined}
        className="mt-0.5 size-4 shrink-0 rounded-tag accent-accent"
      />
      <div className={hideLabel ? "sr-only" : "min-w-0 text-ui"}>
        <label htmlFor={id}>{label}</label>
        {description && (
          <div id={`${id}-about`} className="text-meta text-fg3">
            {description}
          </div>
        )}
      </div>
    </div>
  );
}
