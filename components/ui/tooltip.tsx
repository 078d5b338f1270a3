"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { Kbd } from "./kbd.tsx";
import { popupLayer } from "./popup-class.ts";

type Props = {
  text: string;
  /** As it is written on the keys: "Alt+E". */
  shortcut?: string;
  side?: "top" | "bottom" | "left" | "right";
  /** A control that has a name of its own (IconButton with `tip={false}`): this is for the eyes alone. */
  children: ReactElement;
};

/** What a control does, above it, after half a second; Esc hides it. */
export function Tooltip({ text, shortcut, side = "top", children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className={popupLayer} side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className="popup-motion flex max-w-72 items-center gap-2 rounded-control bg-surface px-2 py-1 text-meta text-fg shadow-e2 forced-colors:border">
            {text}
            {shortcut && <Kbd keys={shortcut} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
