"use client";

import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Sun from "lucide-react/icons/sun";
import { useTranslations } from "use-intl/react";
import { IconButton } from "#components/ui/icon-button.tsx";
import { themes, type Theme } from "./theme.ts";
import { useTheme } from "./use-theme.ts";

const icons = { system: Monitor, light: Sun, dark: Moon } as const satisfies Record<Theme, unknown>;

/** One button that goes through system, light and dark; its name says which is on. Needs `common`. */
export function ThemeSwitch({ size = "md" }: { size?: "sm" | "md" | "lg" }) {
  const { theme, setTheme } = useTheme();
  const t = useTranslations("common");
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  const Icon = icons[theme];
  return (
    <IconButton size={size} label={t("themeIs", { theme: t(`themes.${theme}`) })} onClick={() => setTheme(next)}>
      <Icon size={16} />
    </IconButton>
  );
}
