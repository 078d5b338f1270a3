import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { getLocale, getTranslations } from "#components/i18n/server.ts";
import { Translations } from "#components/i18n/translations.tsx";
import { getTheme } from "#components/theme/server.ts";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const product = (await getTranslations("common"))("product");
  return { title: { default: product, template: `%s · ${product}` }, applicationName: product };
}

export async function generateViewport(): Promise<Viewport> {
  const theme = await getTheme();
  const [light, dark] = ["#ffffff", "#14171d"];
  const themeColor = [
    { media: "(prefers-color-scheme: light)", color: theme === "dark" ? dark : light },
    { media: "(prefers-color-scheme: dark)", color: theme === "light" ? light : dark },
  ];
  return { width: "device-width", initialScale: 1, viewportFit: "cover", interactiveWidget: "resizes-content", themeColor };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, theme] = await Promise.all([getLocale(), getTheme()]);
  return (
    <html lang={locale} data-theme={theme === "system" ? undefined : theme}>
      <body className="min-h-dvh antialiased">
        <Translations namespaces={[]}>{children}</Translations>
      </body>
    </html>
  );
}
