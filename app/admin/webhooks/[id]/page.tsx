import type { Metadata } from "next";
import { WebhookScreen } from "#components/admin/webhook-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("webhooks.one") };
}

export default async function WebhookPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await requireAdmin(`/admin/webhooks/${id}`);
  return <WebhookScreen id={id} />;
}
