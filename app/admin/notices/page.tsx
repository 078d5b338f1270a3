import type { Metadata } from "next";
import { NoticesScreen } from "#components/admin/notices-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("notices.title") };
}

export default async function NoticesPage() {
  await requireAdmin("/admin/notices");
  return <NoticesScreen />;
}
