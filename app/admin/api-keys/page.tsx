import type { Metadata } from "next";
import { KeysScreen } from "#components/admin/keys-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("keys.title") };
}

export default async function ApiKeysPage() {
  await requireAdmin("/admin/api-keys");
  return <KeysScreen />;
}
