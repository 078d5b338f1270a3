import type { ReactNode } from "react";
import { classNames } from "#components/ui/class-names.ts";

/** A surface that holds one thing: a table, a form. */
export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={classNames("overflow-hidden rounded-card border border-line bg-surface", className)}>{children}</div>;
}

/** The next page of a list. */
export function CardFooter({ children }: { children: ReactNode }) {
  return <div className="flex justify-center border-t border-line p-2">{children}</div>;
}
