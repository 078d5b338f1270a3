"use client";

import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";

/** A value that a click copies. */
export function CopyValue({ value }: { value: string }) {
  const t = useTranslations("console.panel");
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => setCopied(false),
    );
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <button
      type="button"
      title={copied ? t("copied") : `${t("copyId")}: ${value}`}
      onClick={() => void copy()}
      className="hit-area inline-flex max-w-full items-center gap-1.5 rounded-tag px-1 font-mono text-meta text-fg2 hover:bg-hover"
    >
      <span className="truncate">…{value.slice(-12)}</span>
      {copied ? <Check size={12} className="shrink-0 text-success" /> : <Copy size={12} className="shrink-0 text-fg3" />}
      <span aria-live="polite" className="sr-only">
        {copied && t("copied")}
      </span>
    </button>
  );
}
