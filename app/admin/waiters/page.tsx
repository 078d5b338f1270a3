import type { Metadata } from "next";
import { WaitersScreen } from "#components/admin/waiters-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("waiters.title") };
}

export default async function WaitersPage() {
  await requireAdmin("/admin/waiters");
  return <WaitersScreen />;
}
