import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

type Props = {
  /** A line icon of 40 px. */
  icon?: ReactNode;
  title: string;
  /** h1 where this is all that the page shows. */
  heading?: "h1" | "h2" | "p";
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
};

/** Nothing here yet: what that means, and the next step. */
export function EmptyState({ icon, title, heading: Heading = "p", children, action, className }: Props) {
  return (
    <div className={classNames("flex flex-col items-center justify-center gap-1 px-6 py-10 text-center", className)}>
      {icon && (
        <span aria-hidden className="mb-2 text-fg3 [&_svg]:size-10 [&_svg]:stroke-[1.5]">
          {icon}
        </span>
      )}
      <Heading className="text-body font-semibold text-fg">{title}</Heading>
      {children && <div className="max-w-sm text-ui text-fg2">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
