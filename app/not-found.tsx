import Compass from "lucide-react/icons/compass";
import { getTranslations } from "#components/i18n/server.ts";
import { buttonClass } from "#components/ui/button-class.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default async function NotFound() {
  const t = await getTranslations("common");
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        heading="h1"
        icon={<Compass />}
        title={t("notFoundTitle")}
        action={
          <a href="/" className={buttonClass("primary", "lg")}>
            {t("home")}
          </a>
        }
      >
        {t("notFoundBody")}
      </EmptyState>
    </main>
  );
}
