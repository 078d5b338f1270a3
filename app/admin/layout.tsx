import type { Metadata } from "next";
import type { ReactNode } from "react";
import { AdminApp } from "#components/admin/admin-app.tsx";
import { Translations } from "#components/i18n/translations.tsx";
import { currentStaff } from "#server/auth/guards.ts";

export const metadata: Metadata = { robots: { index: false } };

/** The frame of the admin pages. Each page guards itself; whoever may not see it gets no frame either. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const identity = await currentStaff();
  if (identity?.role !== "admin") return children;
  const { userId: id, name, avatarUrl } = identity;
  return (
    <Translations namespaces={["admin", "errors"]}>
      <AdminApp me={{ id, name, avatarUrl }}>{children}</AdminApp>
    </Translations>
  );
}
