"use client";

import { useRef, useState, type ReactNode } from "react";
import { IconButton } from "#components/ui/icon-button.tsx";
import { late } from "#components/ui/late.tsx";
import type { Action, PopupProps } from "./action-popup.tsx";

const ActionPopup = late<PopupProps>(async () => (await import("./action-popup.tsx")).ActionPopup);

type Props = {
  label: string;
  icon: ReactNode;
  /** Asked when the menu opens: what may be done changes with time. */
  actions: () => Action[];
  /** Said when there is nothing to do. */
  empty: string;
  align: "start" | "end";
};

/** A button with a menu, by the ARIA pattern; light, because customers' pages carry no library for it. */
export function ActionMenu({ label, icon, actions, empty, align }: Props) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<Action[] | null>(null);
  return (
    <>
      <IconButton
        ref={trigger}
        label={label}
        size="sm"
        aria-haspopup="menu"
        aria-expanded={open === null ? undefined : true}
        onClick={() => setOpen(open === null ? actions() : null)}
      >
        {icon}
      </IconButton>
      {open !== null && <ActionPopup trigger={trigger} label={label} actions={open} empty={empty} align={align} onClose={() => setOpen(null)} />}
    </>
  );
}
