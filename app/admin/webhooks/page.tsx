import type { Metadata } from "next";
import { WebhooksScreen } from "#components/admin/webhooks-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("webhooks.title") };
}

export default async function WebhooksPage() {
  await requireAdmin("/admin/webhooks");
  return <WebhooksScreen />;
}
