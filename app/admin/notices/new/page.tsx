import type { Metadata } from "next";
import { NewNoticeScreen } from "#components/admin/notice-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("notices.new") };
}

type Query = { from?: string | string[] };

export default async function NewNoticePage({ searchParams }: { searchParams: Promise<Query> }) {
  await requireAdmin("/admin/notices/new");
  const { from } = await searchParams;
  return <NewNoticeScreen from={typeof from === "string" ? from : null} />;
}
