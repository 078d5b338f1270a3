import { classNames } from "./class-names.ts";

/** A grey place-holder of the size its classes give it. Shows only after 150 ms, so that quick answers do not flicker. */
export function Skeleton({ className, round = false }: { className?: string; round?: boolean }) {
  return (
    <span aria-hidden className={classNames("block animate-skeleton bg-hover", round ? "rounded-full" : "rounded-tag", className)} />
  );
}
