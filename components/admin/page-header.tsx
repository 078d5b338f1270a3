import ChevronLeft from "lucide-react/icons/chevron-left";
import Link from "next/link";
import type { ReactNode } from "react";

type Props = {
  title: string;
  description?: ReactNode;
  /** Where the page belongs, above its title. */
  back?: { href: string; label: string };
  /** Beside the title: a state. */
  mark?: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
};

/** The title of a page, what it is for, and what can be done. */
export function PageHeader({ title, description, back, mark, actions }: Props) {
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 basis-full sm:flex-1 sm:basis-80">
        {back && (
          <Link href={back.href} className="hit-area -ml-1 mb-1 inline-flex items-center gap-0.5 rounded-tag pr-1 text-ui text-fg2 hover:text-fg">
            <ChevronLeft size={16} />
            {back.label}
          </Link>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-page font-semibold break-words text-fg">{title}</h1>
          {mark}
        </div>
        {description && <p className="mt-1 max-w-2xl text-ui text-fg2">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
