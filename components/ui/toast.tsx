"use client";

import { Toast } from "@base-ui/react/toast";
import CircleAlert from "lucide-react/icons/circle-alert";
import CircleCheck from "lucide-react/icons/circle-check";
import Info from "lucide-react/icons/info";
import X from "lucide-react/icons/x";
import { useMemo, type ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { buttonClass } from "./button-class.ts";
import { IconButton } from "./icon-button.tsx";

type Tone = "info" | "success" | "danger";

export type ToastInput = {
  /** A toast with an id that is there already is replaced by the new one. */
  id?: string;
  title: string;
  body?: string;
  tone?: Tone;
  action?: { label: string; onPress: () => void };
  /** Milliseconds until it goes; 0: it stays until closed. 5000 unless told; danger 10000. */
  timeoutMs?: number;
};

const icons: Record<Tone, ReactNode> = {
  info: <Info size={16} className="mt-0.5 shrink-0 text-accent-text" />,
  success: <CircleCheck size={16} className="mt-0.5 shrink-0 text-success" />,
  danger: <CircleAlert size={16} className="mt-0.5 shrink-0 text-danger" />,
};

/** Shows a word that needs no answer, for a while. F6 brings the keyboard to it. Needs StaffProviders. */
export function useToast(): { show: (input: ToastInput) => string; close: (id: string) => void } {
  const { add, close } = Toast.useToastManager();
  return useMemo(
    () => ({
      show: ({ id, title, body, tone = "info", action, timeoutMs = tone === "danger" ? 10_000 : 5000 }: ToastInput) =>
        add({
          id,
          title,
          description: body,
          type: tone,
          // Base UI hides an urgent toast from assistive technology until it has the focus: not one with a button.
          priority: tone === "danger" && action === undefined ? "high" : "low",
          timeout: timeoutMs,
          actionProps: action && { children: action.label, onClick: action.onPress },
        }),
      close: (id: string) => close(id),
    }),
    [add, close],
  );
}

/** Where toasts appear; part of `StaffProviders`. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  return (
    <Toast.Provider limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport
          aria-label={t("notifications")}
          className="fixed top-[calc(env(safe-area-inset-top)+3.75rem)] right-4 z-60 flex w-90 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none"
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const t = useTranslations("common");
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="popup-motion translate-x-(--toast-swipe-movement-x) rounded-card bg-surface shadow-e2 data-limited:hidden forced-colors:border"
    >
      <Toast.Content className="flex items-start gap-2 py-2.5 pr-2 pl-3 text-ui">
        {icons[toast.type === "success" || toast.type === "danger" ? toast.type : "info"]}
        <div className="min-w-0 flex-1 break-words">
          <Toast.Title className="font-medium" />
          <Toast.Description className="text-fg2" />
        </div>
        <Toast.Action className={buttonClass("secondary", "sm")} />
        <Toast.Close
          render={
            <IconButton label={t("close")} size="sm" className="-my-1">
              <X size={16} />
            </IconButton>
          }
        />
      </Toast.Content>
    </Toast.Root>
  ));
}
