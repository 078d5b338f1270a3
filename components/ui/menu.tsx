"use client";

import { Menu as Base } from "@base-ui/react/menu";
import Check from "lucide-react/icons/check";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Kbd } from "./kbd.tsx";
import { popupClass, popupLayer, popupRowClass } from "./popup-class.ts";

type Props = {
  /** A Button or IconButton. */
  trigger: ReactElement;
  side?: "top" | "bottom" | "left" | "right";
  align?: "start" | "center" | "end";
  children: ReactNode;
};

/** A menu of actions that opens from its trigger. */
export function Menu({ trigger, side = "bottom", align = "start", children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={popupLayer} side={side} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={classNames(popupClass, "min-w-44 max-w-80 p-1")}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ItemProps = {
  icon?: ReactNode;
  /** As it is written on the keys: "Alt+E". */
  shortcut?: string;
  tone?: "danger";
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
};

/** One action. */
export function MenuItem({ icon, shortcut, tone, disabled = false, onSelect, children }: ItemProps) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={classNames(popupRowClass, tone === "danger" && "text-danger data-highlighted:bg-danger-bg")}
    >
      {icon && <span className={tone ? undefined : "text-fg3"}>{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut && <Kbd keys={shortcut} />}
    </Base.Item>
  );
}

/** An action that is a link. */
export function MenuLink({ href, icon, children }: { href: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <Base.LinkItem href={href} className={popupRowClass}>
      {icon && <span className="text-fg3">{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.LinkItem>
  );
}

/** A line between groups of actions. */
export function MenuSeparator() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line" />;
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
};

/** One of several, with a tick at the current one. */
export function MenuChoices<Value extends string>({ label, value, onChange, options }: ChoiceProps<Value>) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-meta font-medium text-fg3">{label}</Base.GroupLabel>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} closeOnClick className={popupRowClass}>
          {option.icon}
          <span className="min-w-0 flex-1 truncate">{option.label}</span>
          <Base.RadioItemIndicator>
            <Check size={16} className="text-accent-text" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}
