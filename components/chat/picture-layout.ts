import type { CSSProperties } from "react";
import { classNames } from "#components/ui/class-names.ts";

/** Widest and highest that a lone picture is drawn in a thread, and the least of either. */
const most = { width: 260, height: 320 } as const;
const least = 96;

/** How big a lone picture is drawn, in px: its own shape within bounds, so that it takes its place before it is loaded. */
export function fitPicture(width: number | null, height: number | null): { width: number; height: number } {
  if (width === null || height === null || width <= 0 || height <= 0) return { width: 200, height: 200 };
  const scale = Math.min(1, most.width / width, most.height / height);
  const clamp = (size: number, limit: number) => Math.round(Math.min(limit, Math.max(least, size * scale)));
  return { width: clamp(width, most.width), height: clamp(height, most.height) };
}

/** Columns of a grid of several: two for 2 and 4, else three. */
export function gridColumns(count: number): 2 | 3 {
  return count === 2 || count === 4 ? 2 : 3;
}

/** A grid of several pictures in one bubble. */
export function pictureGridClass(count: number): string {
  return classNames("grid max-w-full gap-0.5", gridColumns(count) === 2 ? "w-60 grid-cols-2" : "w-72 grid-cols-3");
}

/** The place of a lone picture: as wide as it will be, narrower where the window is. */
export function lonePicture(size: { width: number | null; height: number | null }): CSSProperties {
  const { width, height } = fitPicture(size.width, size.height);
  return { width, aspectRatio: `${width} / ${height}`, maxWidth: "100%" };
}
