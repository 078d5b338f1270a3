"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Notice } from "#protocol/objects.ts";

/** How far a notice has come; live. */
export function NoticeCounts({ notice: { counts, requireAck } }: { notice: Notice }) {
  const t = useTranslations("admin.notices");
  if (counts === undefined) return null;
  const { online, delivered, seen, acknowledged } = counts;
  return (
    <dl aria-label={t("countsLabel")} className="mb-6 grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-flow-col sm:auto-cols-fr sm:grid-cols-none">
      <Tile label={t("counts.online")} value={online} about={t("countHints.online")} />
      <Tile label={t("counts.delivered")} value={delivered} about={t("countHints.delivered")} />
      <Tile label={t("counts.seen")} value={seen} about={t("ofDelivered", { share: share(seen, delivered) })} />
      {requireAck && <Tile label={t("counts.acknowledged")} value={acknowledged} about={t("ofDelivered", { share: share(acknowledged, delivered) })} />}
    </dl>
  );
}

function Tile({ label, value, about }: { label: string; value: number; about: string }) {
  return (
    <div className="flex flex-col bg-surface px-4 py-3">
      <dt className="text-meta font-medium text-fg2">{label}</dt>
      <dd>
        <span className="text-figure font-semibold tabular-nums">{value}</span>
        <span className="block text-meta text-fg3">{about}</span>
      </dd>
    </div>
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
