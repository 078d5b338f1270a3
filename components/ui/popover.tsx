"use client";

import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { popupClass, popupLayer } from "./popup-class.ts";

type Props = {
  /** A Button or IconButton. */
  trigger: ReactElement;
  /** Names it for screen readers; shown as its heading unless `hideTitle`. */
  title: string;
  hideTitle?: boolean;
  side?: "top" | "bottom" | "left" | "right";
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
};

/** A small pane that opens from its trigger and holds anything. */
export function Popover({ trigger, title, hideTitle, side = "bottom", align = "start", open, onOpenChange, className, children }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={popupLayer} side={side} align={align} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={classNames(popupClass, "max-w-[calc(100vw-1rem)] p-3", className)}>
            <Base.Title className={hideTitle ? "sr-only" : "mb-2 text-ui font-semibold"}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
