import ShieldX from "lucide-react/icons/shield-x";
import Link from "next/link";
import { getTranslations } from "#components/i18n/server.ts";
import { buttonClass } from "#components/ui/button-class.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** What agents find here: these pages are not for them. */
export default async function NotForAgents() {
  const t = await getTranslations("admin");
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        heading="h1"
        icon={<ShieldX />}
        title={t("notForYou")}
        action={
          <Link href="/console" className={buttonClass("primary", "lg")}>
            {t("toConsole")}
          </Link>
        }
      >
        {t("notForYouBody")}
      </EmptyState>
    </main>
  );
}
