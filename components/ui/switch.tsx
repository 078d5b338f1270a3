"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { useId, type ReactNode } from "react";

type Props = {
  label: string;
  hideLabel?: boolean;
  description?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
};

/** On or off, at once. */
export function Switch({ label, hideLabel, description, checked, onChange, disabled = false }: Props) {
  const id = useId();
  return (
    <label className="flex items-start gap-3 text-ui has-data-disabled:opacity-55">
      <span className={hideLabel ? "sr-only" : "min-w-0 flex-1"}>
        <span id={id} className="block font-medium">
          {label}
        </span>
        {description && (
          <span id={`${id}-about`} className="block text-meta text-fg3">
            {description}
          </span>
        )}
      </span>
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-labelledby={id}
        aria-describedby={description ? `${id}-about` : undefined}
        className="hit-area mt-0.5 inline-flex h-4.5 w-8 shrink-0 items-center rounded-full bg-control p-0.5 transition-colors data-checked:bg-accent forced-colors:border forced-colors:data-checked:bg-[Highlight]"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-white transition-transform duration-140 data-checked:translate-x-3.5 forced-colors:bg-[ButtonText]" />
      </Base.Root>
    </label>
  );
}
