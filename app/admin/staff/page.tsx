import type { Metadata } from "next";
import { StaffScreen } from "#components/admin/staff-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("staff.title") };
}

export default async function StaffPage() {
  await requireAdmin("/admin/staff");
  return <StaffScreen />;
}
