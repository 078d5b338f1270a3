import type { Metadata } from "next";
import { NoticeScreen } from "#components/admin/notice-screen.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { requireAdmin } from "#server/auth/guards.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("notices.one") };
}

export default async function NoticePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await requireAdmin(`/admin/notices/${id}`);
  return <NoticeScreen id={id} />;
}
