"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { backdropClass, dialogClass } from "./dialog.tsx";

/** The question, what follows from yes, and the verb on the button. */
export type Question = { title: string; body?: ReactNode; action: string; tone?: "danger" | "primary" };

type Props = Question & { open: boolean; busy?: boolean; onConfirm: () => void; onCancel: () => void };

/** Asks before something that cannot be undone. The focus starts on "cancel". Needs `common`. */
export function ConfirmDialog({ open, title, body, action, tone = "danger", busy = false, onConfirm, onCancel }: Props) {
  const t = useTranslations("common");
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup
          className={classNames(
            dialogClass,
            "top-1/2 left-1/2 flex w-[calc(100%-2rem)] max-w-100 -translate-1/2 flex-col gap-2 rounded-dialog p-5",
          )}
        >
          <AlertDialog.Title className="text-pane font-semibold">{title}</AlertDialog.Title>
          {body && <AlertDialog.Description className="text-ui text-fg2">{body}</AlertDialog.Description>}
          <div className="mt-3 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close render={<Button>{t("cancel")}</Button>} />
            <Button variant={tone} busy={busy} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

type Ask = (question: Question) => Promise<boolean>;
type Pending = { question: Question; answer: (yes: boolean) => void };

const ConfirmContext = createContext<Ask | null>(null);

/** Holds the one confirmation of the pages below; part of `StaffProviders`. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [pending, setPending] = useState<Pending | null>(null);
  const [open, setOpen] = useState(false);

  const ask = useCallback<Ask>(
    (question) =>
      new Promise((answer) => {
        setPending({ question, answer });
        setOpen(true);
      }),
    [],
  );
  const close = (yes: boolean) => {
    pending?.answer(yes);
    setOpen(false);
  };
  const dialog = useMemo(() => pending?.question ?? { title: "", action: "" }, [pending]);

  return (
    <ConfirmContext value={ask}>
      {children}
      <ConfirmDialog {...dialog} open={open} onConfirm={() => close(true)} onCancel={() => close(false)} />
    </ConfirmContext>
  );
}

/** `if (await confirm({ title, body, action })) …`: true when the person agreed. */
export function useConfirm(): Ask {
  const ask = use(ConfirmContext);
  if (!ask) throw new Error("useConfirm needs StaffProviders above it");
  return ask;
}
