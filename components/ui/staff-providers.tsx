"use client";

import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";
import { ConfirmProvider } from "./confirm-dialog.tsx";
import { ToastProvider } from "./toast.tsx";

/** What `useToast`, `useConfirm` and Tooltip need; once around the console's and the admin's pages. Needs `common`. */
export function StaffProviders({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delay={500}>
      <ToastProvider>
        <ConfirmProvider>{children}</ConfirmProvider>
      </ToastProvider>
    </Tooltip.Provider>
  );
}
