"use client";

import { useNow, useTimes } from "#components/i18n/use-times.ts";

/** A time as how long ago it is, or how long until then; its full form where one points. */
export function Moment({ at }: { at: string }) {
  const { relative, moment } = useTimes();
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={moment(at)} className="text-fg2 tabular-nums">
      {now === null ? "" : relative(at, now)}
    </time>
  );
}
