"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { classNames } from "#components/ui/class-names.ts";
import { Logo } from "#components/ui/logo.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionStrip } from "./connection-strip.tsx";
import { sections } from "./sections.ts";

/** Navigation at the side; on a phone, above. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTranslations("admin");
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[220px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-surface px-3 py-2 text-ui font-medium shadow-e2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skip")}
      </a>
      <header className="sticky top-0 z-20 border-b border-line bg-surface pt-[env(safe-area-inset-top)] md:flex md:h-dvh md:flex-col md:border-r md:border-b-0">
        <div className="flex h-13 items-center gap-2.5 px-4">
          <Logo size={28} />
          <span className="min-w-0 flex-1 truncate text-body font-semibold">{t("title")}</span>
          <span className="md:hidden">
            <AccountMenu compact />
          </span>
        </div>
        <nav aria-label={t("nav")} className="scrollbar-thin flex gap-1 overflow-x-auto px-2 max-md:mask-r-from-[calc(100%-2rem)] max-md:pr-8 max-md:pb-1.5 md:flex-1 md:flex-col md:gap-0.5 md:overflow-y-auto md:pt-1">
          {sections.map((section) => (
            <SectionLink key={section.name} {...section} label={t(`${section.name}.nav`)} />
          ))}
        </nav>
        <div className="border-t border-line p-2 max-md:hidden">
          <AccountMenu />
        </div>
      </header>
      <div className="min-w-0">
        <ConnectionStrip />
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-256 px-4 pt-5 pb-16 outline-none md:px-8 md:pt-8">
          {children}
        </main>
      </div>
    </div>
  );
}

type LinkProps = (typeof sections)[number] & { label: string };

function SectionLink({ href, Icon, label }: LinkProps) {
  const path = usePathname();
  const isHere = path === href || path.startsWith(`${href}/`);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the sections are wider than the screen.
    if (isHere) link.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [isHere]);
  return (
    <Link
      ref={link}
      href={href}
      aria-current={isHere ? "page" : undefined}
      className={classNames(
        "flex h-8 shrink-0 pointer-coarse:h-11 items-center gap-2 rounded-control px-2.5 text-ui whitespace-nowrap transition-colors -outline-offset-2!",
        isHere ? "bg-active font-medium text-accent-text forced-colors:border" : "text-fg2 hover:bg-hover hover:text-fg",
      )}
    >
      <Icon size={16} className="shrink-0" />
      {label}
    </Link>
  );
}
