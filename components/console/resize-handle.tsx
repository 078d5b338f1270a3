"use client";

import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { listWidths } from "./settings.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";

const step = 16;

/** The edge of the list: drag it, or move it with the arrow keys; a double click brings the usual width back. */
export function ResizeHandle() {
  const t = useTranslations("console.list");
  const store = useSettingsStore();
  const width = useSetting((settings) => settings.listWidth);
  const drag = useRef<{ x: number; width: number } | null>(null);
  const set = (next: number) => store.setState({ listWidth: Math.round(Math.min(listWidths.max, Math.max(listWidths.min, next))) });

  const move = (event: PointerEvent) => {
    if (drag.current !== null) set(drag.current.width + event.clientX - drag.current.x);
  };
  const press = (event: KeyboardEvent) => {
    const next = { ArrowLeft: width - step, ArrowRight: width + step, Home: listWidths.min, End: listWidths.max }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };
  return (
    // A separator that can be moved is a control (WAI-ARIA window splitter).
    <div
      role="separator"
      tabIndex={0}
      aria-label={t("resize")}
      aria-orientation="vertical"
      aria-valuemin={listWidths.min}
      aria-valuemax={listWidths.max}
      aria-valuenow={width}
      title={t("resize")}
      className="absolute inset-y-0 -right-1 z-2 w-2 cursor-col-resize touch-none after:absolute after:inset-y-0 after:left-1/2 after:w-px after:bg-line hover:after:w-0.5 hover:after:bg-line-strong focus-visible:outline-none focus-visible:after:w-0.5 focus-visible:after:bg-focus max-md:hidden"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, width };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onDoubleClick={() => set(listWidths.usual)}
      onKeyDown={press}
    />
  );
}
