"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

type Props<Value extends string> = {
  /** Names the row of tabs for screen readers. */
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  tabs: readonly { value: Value; label: string; count?: number }[];
  /** TabPanels, and whatever stands around them. */
  children: ReactNode;
  className?: string;
};

/** A row of tabs; left and right move, Enter chooses. */
export function Tabs<Value extends string>({ label, value, onChange, tabs, children, className }: Props<Value>) {
  return (
    <Base.Root value={value} onValueChange={(next: Value) => onChange(next)} className={className}>
      <Base.List aria-label={label} className="relative flex shrink-0 gap-4 overflow-x-auto border-b border-line px-3">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="hit-area flex h-9 items-center gap-1.5 text-ui whitespace-nowrap text-fg2 -outline-offset-2! transition-colors hover:text-fg data-active:font-medium data-active:text-fg"
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-meta font-normal text-fg3 tabular-nums">{tab.count}</span>}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) bg-accent transition-[translate,width] duration-140 forced-colors:bg-[Highlight]" />
      </Base.List>
      {children}
    </Base.Root>
  );
}

/** What a tab shows. */
export function TabPanel({ value, className, children }: { value: string; className?: string; children: ReactNode }) {
  return (
    <Base.Panel value={value} className={className}>
      {children}
    </Base.Panel>
  );
}
