import type { Metadata } from "next";
import { Console } from "#components/console/console.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { Translations } from "#components/i18n/translations.tsx";
import { requireAgent } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: { absolute: (await getTranslations("console"))("title") }, robots: { index: false } };
}

/** Where agents answer. `?c=` is the open conversation. */
export default async function ConsolePage({ searchParams }: { searchParams: Promise<{ c?: string | string[] }> }) {
  const { c } = await searchParams;
  const { userId, name, role, avatarUrl } = await requireAgent(typeof c === "string" ? `/console?c=${encodeURIComponent(c)}` : "/console");
  return (
    <Translations namespaces={["console", "chat", "errors"]}>
      <Console me={{ id: userId, name, role, avatarUrl }} />
    </Translations>
  );
}
