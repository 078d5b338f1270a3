import type { ComponentProps, ReactNode } from "react";
import type { ControlSize } from "./button-class.ts";
import { classNames } from "./class-names.ts";
import { Field, inputClass, type FieldTexts } from "./field.tsx";

type Props = Omit<ComponentProps<"input">, "size" | "id"> & FieldTexts & { size?: ControlSize; leading?: ReactNode; trailing?: ReactNode };

const sizes = { sm: "h-7 px-2 text-ui", md: "h-8 px-2.5 text-ui", lg: "h-10 px-3 text-body pointer-coarse:h-11" } as const satisfies Record<ControlSize, string>;

/** A line of text with its label. Takes everything an `input` takes, `ref` too. */
export function TextField({ label, hideLabel, description, error, hint, size = "md", leading, trailing, className, ...rest }: Props) {
  return (
    <Field label={label} hideLabel={hideLabel} description={description} error={error} hint={hint}>
      {(control) => (
        <div className="relative flex items-center">
          {leading && <span className="pointer-events-none absolute left-2.5 text-fg3">{leading}</span>}
          <input
            type="text"
            {...rest}
            {...control}
            className={classNames(inputClass, "read-only:bg-sunken", sizes[size], Boolean(leading) && "pl-8!", Boolean(trailing) && "pr-10!", className)}
          />
          {trailing && <span className="absolute right-1 flex">{trailing}</span>}
        </div>
      )}
    </Field>
  );
}
