"use client";

import { Select as Base } from "@base-ui/react/select";
import Check from "lucide-react/icons/check";
import ChevronDown from "lucide-react/icons/chevron-down";
import { useId, type ReactNode } from "react";
import type { ControlSize } from "./button-class.ts";
import { classNames } from "./class-names.ts";
import { inputClass } from "./field.tsx";
import { popupClass, popupLayer, popupRowClass } from "./popup-class.ts";

export type SelectOption<Value extends string> = { value: Value; label: string; icon?: ReactNode; description?: string };

type Props<Value extends string> = {
  label: string;
  hideLabel?: boolean;
  description?: ReactNode;
  value: Value | null;
  onChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  size?: ControlSize;
  disabled?: boolean;
  name?: string;
};

const sizes = { sm: "h-7 px-2 text-ui", md: "h-8 px-2.5 text-ui", lg: "h-10 px-3 text-body" } as const satisfies Record<ControlSize, string>;

/** One of a list, with its label. Letters jump to the option that begins with them. */
export function Select<Value extends string>(props: Props<Value>) {
  const { label, hideLabel, description, value, onChange, options, placeholder, size = "md", disabled = false, name } = props;
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <Base.Root
        items={options}
        value={value}
        onValueChange={(next: Value | null) => next !== null && onChange(next)}
        disabled={disabled}
        name={name}
      >
        <Base.Label className={hideLabel ? "sr-only" : "text-ui font-medium text-fg"}>{label}</Base.Label>
        <Base.Trigger
          aria-describedby={description ? id : undefined}
          className={classNames(
            inputClass,
            "flex items-center justify-between gap-2 text-left hover:bg-hover data-disabled:opacity-55",
            sizes[size],
          )}
        >
          <Base.Value className="truncate data-placeholder:text-fg3" placeholder={placeholder} />
          <Base.Icon className="text-fg3">
            <ChevronDown size={16} />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner className={popupLayer} sideOffset={4} collisionPadding={8} alignItemWithTrigger={false}>
            <Base.Popup className={classNames(popupClass, "min-w-(--anchor-width) max-w-80")}>
              <Base.List className="p-1 outline-none">
                {options.map((option) => (
                  <Base.Item key={option.value} value={option.value} className={popupRowClass}>
                    {option.icon}
                    <span className="min-w-0 flex-1">
                      <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                      {option.description && <span className="block text-meta text-fg3">{option.description}</span>}
                    </span>
                    <Base.ItemIndicator>
                      <Check size={16} className="text-accent-text" />
                    </Base.ItemIndicator>
                  </Base.Item>
                ))}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
      {description && (
        <div id={id} className="text-meta text-fg3">
          {description}
        </div>
      )}
    </div>
  );
}
