"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import X from "lucide-react/icons/x";
import type { ComponentProps, ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** 400, 560 or 760 px at most. */
  size?: "sm" | "md" | "lg";
  /** `right`: a panel at the edge, as high as the window. */
  placement?: "center" | "right";
  /** Buttons, the main one last. */
  footer?: ReactNode;
  initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
  children?: ReactNode;
};

const widths = { sm: "sm:max-w-100", md: "sm:max-w-140", lg: "sm:max-w-190" } as const;

const placements = {
  center:
    "inset-x-0 bottom-0 mx-auto max-h-[calc(100dvh-2rem)] rounded-t-dialog pb-[env(safe-area-inset-bottom)] sm:inset-x-4 sm:top-1/2 sm:bottom-auto sm:-translate-y-1/2 sm:rounded-dialog sm:pb-0 data-starting-style:scale-98 data-ending-style:scale-98",
  right: "inset-y-0 right-0 data-starting-style:translate-x-4 data-ending-style:translate-x-4",
} as const;

/** A window above the page that takes the focus and gives it back. Esc and the cross close it. Needs `common`. */
export function Dialog(props: Props) {
  const { open, onOpenChange, title, description, size = "md", placement = "center", footer, initialFocus, children } = props;
  const t = useTranslations("common");
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          initialFocus={initialFocus}
          className={classNames(dialogClass, "flex w-full flex-col", widths[size], placements[placement])}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-pane font-semibold">{title}</Base.Title>
              {description && <Base.Description className="mt-1 text-ui text-fg2">{description}</Base.Description>}
            </div>
            <Base.Close
              render={
                <IconButton label={t("close")} className="-mr-1.5">
                  <X size={16} />
                </IconButton>
              }
            />
          </header>
          <div className="scrollbar-thin min-h-0 flex-1 overflow-y-auto px-5 pt-2 pb-5">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The veil behind a dialog. */
export const backdropClass =
  "fixed inset-0 z-40 bg-scrim transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0";

/** A dialog's surface and the way it comes and goes. */
export const dialogClass =
  "fixed z-40 bg-surface text-fg shadow-e3 outline-none transition duration-200 ease-spring data-ending-style:opacity-0 data-starting-style:opacity-0 forced-colors:border";
