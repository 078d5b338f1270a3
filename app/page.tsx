import type { Metadata } from "next";
import { CustomerPage } from "#components/customer/customer-page.tsx";
import { getTranslations } from "#components/i18n/server.ts";
import { Translations } from "#components/i18n/translations.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("customer");
  return { title: { absolute: t("title") }, description: t("greeting.body") };
}

/** Where customers ask. Nobody signs in: the page makes a guest when it connects, and knows them again. */
export default function HomePage() {
  return (
    <Translations namespaces={["customer", "chat", "errors"]}>
      <CustomerPage />
    </Translations>
  );
}
