"use client";

import { useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { createPortal } from "react-dom";
import { classNames } from "#components/ui/class-names.ts";
import { popupLayer, popupRowClass } from "#components/ui/popup-class.ts";

export type Action = { name: string; icon: ReactNode; run: () => void };

export type PopupProps = {
  trigger: RefObject<HTMLButtonElement | null>;
  label: string;
  actions: readonly Action[];
  empty: string;
  align: "start" | "end";
  onClose: () => void;
};

/** Room that the menu needs below its button before it opens above it, in px. */
const roomPx = 160;
const itemClass = classNames(popupRowClass, "w-full text-left hover:bg-hover focus:bg-hover");

/** The menu itself: arrow keys, Home and End move in it; Esc, Tab and anything that happens elsewhere close it. */
export function ActionPopup({ trigger, label, actions, empty, align, onClose }: PopupProps) {
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<CSSProperties>({ visibility: "hidden" });

  useLayoutEffect(() => {
    if (trigger.current !== null) setPlace(placeOf(trigger.current, align));
  }, [trigger, align]);
  useEffect(() => {
    menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
  }, [place]);
  useEffect(() => {
    const leave = (event: Event) => {
      if (event.target instanceof Node && (menu.current?.contains(event.target) || trigger.current?.contains(event.target))) return;
      onClose();
    };
    const away = ["pointerdown", "scroll", "resize", "blur"] as const;
    for (const name of away) addEventListener(name, leave, { capture: true });
    return () => {
      for (const name of away) removeEventListener(name, leave, { capture: true });
    };
  }, [trigger, onClose]);

  const close = () => {
    onClose();
    trigger.current?.focus({ preventScroll: true });
  };
  const press = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const index = items.findIndex((item) => item === document.activeElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) items.at(next % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return createPortal(
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      aria-label={label}
      style={place}
      onKeyDown={press}
      className={classNames(popupLayer, "fixed min-w-36 animate-appear rounded-card bg-surface p-1 text-ui text-fg shadow-e2 forced-colors:border")}
    >
      {actions.length === 0 && (
        <button type="button" role="menuitem" aria-disabled className={classNames(itemClass, "text-fg3")} onClick={close}>
          {empty}
        </button>
      )}
      {actions.map(({ name, icon, run }) => (
        <button
          key={name}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={itemClass}
          onClick={() => {
            close();
            run();
          }}
        >
          <span className="text-fg3">{icon}</span>
          {name}
        </button>
      ))}
    </div>,
    document.body,
  );
}

/* Below the button, or above it where there is no room. */
function placeOf(button: HTMLElement, align: PopupProps["align"]): CSSProperties {
  const { top, bottom, left, right } = button.getBoundingClientRect();
  const across = align === "start" ? { left } : { right: document.documentElement.clientWidth - right };
  return bottom + roomPx > innerHeight ? { ...across, bottom: innerHeight - top + 4 } : { ...across, top: bottom + 4 };
}
