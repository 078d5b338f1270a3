"use client";

import { useCallback, useRef, type ComponentProps, type Ref } from "react";
import { classNames } from "./class-names.ts";
import { Field, inputClass, type FieldTexts } from "./field.tsx";
import { useAutosize } from "./use-autosize.ts";

type Props = Omit<ComponentProps<"textarea">, "id" | "ref" | "value"> & FieldTexts & { ref?: Ref<HTMLTextAreaElement>; value: string; minRows?: number; maxRows?: number };

/** Several lines of text with a label; grows with its text. A form library reads it by `ref`. */
export function TextArea({ ref, label, hideLabel, description, error, hint, minRows = 3, maxRows = 12, className, ...rest }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  useAutosize(box, rest.value, maxRows);
  const hold = useCallback(
    (element: HTMLTextAreaElement | null) => {
      box.current = element;
      if (typeof ref === "function") return ref(element);
      if (ref) ref.current = element;
      return undefined;
    },
    [ref],
  );
  return (
    <Field label={label} hideLabel={hideLabel} description={description} error={error} hint={hint}>
      {(control) => (
        <textarea
          {...rest}
          {...control}
          ref={hold}
          rows={minRows}
          className={classNames(inputClass, "scrollbar-thin resize-none read-only:bg-sunken px-2.5 py-1.5 text-body", className)}
        />
      )}
    </Field>
  );
}
