import type { Metadata } from "next";
import { SessionsScreen } from "#components/admin/sessions-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("sessions.title") };
}

export default async function SessionsPage() {
  await requireAdmin("/admin/sessions");
  return <SessionsScreen />;
}
