"use client";

import X from "lucide-react/icons/x";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { classNames } from "#components/ui/class-names.ts";
import { limits } from "#protocol/limits.ts";
import type { Tray as TrayState, TrayProblem } from "./use-tray.ts";

/** The pictures that go with the next message, and why one was not taken. Needs `chat`. */
export function Tray({ tray: { pictures, problem, remove, refuse }, className }: { tray: TrayState; className?: string }) {
  const t = useTranslations("chat.tray");
  return (
    <div className={classNames((pictures.length > 0 || problem !== null) && "pt-2", className)}>
      {pictures.length > 0 && (
        <ul className="flex flex-wrap gap-2" aria-label={t("label")}>
          {pictures.map(({ id, url, file }) => (
            <li key={id} className="relative size-16 animate-arrive">
              <img
                src={url}
                alt={file.name}
                onError={() => refuse(id)}
                className="size-full rounded-card border border-line bg-sunken object-cover"
              />
              <button
                type="button"
                aria-label={t("remove", { name: file.name })}
                title={t("remove", { name: file.name })}
                onClick={() => remove(id)}
                className="hit-area absolute! -top-1.5 -right-1.5 grid size-5 place-items-center rounded-full bg-fg text-surface shadow-e1"
              >
                <X size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="pt-1 text-meta text-warning empty:hidden">
        {problem !== null && <Problem problem={problem} />}
      </p>
    </div>
  );
}

function Problem({ problem: { kind, names } }: { problem: TrayProblem }) {
  const t = useTranslations("chat.tray");
  const [name = ""] = names;
  return kind === "tooMany" ? t("tooMany", { count: limits.attachmentsPerMessage, left: names.length }) : t(kind, { name });
}
