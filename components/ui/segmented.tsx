"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import type { ReactNode } from "react";
import type { ControlSize } from "./button-class.ts";
import { classNames } from "./class-names.ts";

type Props<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
  size?: ControlSize;
  disabled?: boolean;
};

const sizes = { sm: "h-6", md: "h-7", lg: "h-9" } as const satisfies Record<ControlSize, string>;

/** One of two to four, all of them in sight; arrows move and choose. */
export function Segmented<Value extends string>({ label, value, onChange, options, size = "md", disabled = false }: Props<Value>) {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next: Value) => onChange(next)}
      disabled={disabled}
      className="inline-flex w-fit rounded-control bg-sunken p-0.5 data-disabled:opacity-55 forced-colors:border"
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          aria-label={option.label}
          className={classNames(
            "hit-area inline-flex cursor-pointer items-center gap-1.5 rounded-tag px-2.5 text-ui whitespace-nowrap text-fg2 select-none",
            "transition-colors hover:text-fg data-checked:bg-surface data-checked:font-medium data-checked:text-fg data-checked:shadow-e1",
            "dark:data-checked:bg-line-strong forced-colors:data-checked:bg-[Highlight] forced-colors:data-checked:text-[HighlightText] forced-colors:data-checked:forced-color-adjust-none",
            sizes[size],
          )}
        >
          {option.icon}
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
