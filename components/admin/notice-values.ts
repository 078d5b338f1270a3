import * as z from "zod/mini";
import type { NoticeBody } from "#protocol/http.ts";
import { limits } from "#protocol/limits.ts";
import { line, noticeAudience, noticeLevel, type Notice } from "#protocol/objects.ts";

/** A moment as a field of type `datetime-local` has it, in the browser's zone; empty: none. */
const moment = z.string().check(z.refine((value) => value === "" || !Number.isNaN(Date.parse(value)), "timeWrong"));

/** A notice as the editor has it. The messages are keys of `admin.notices.wrong`. */
export const noticeValues = z
  .object({
    title: line(1, limits.titleCharacters),
    body: line(1, limits.noticeBodyCharacters),
    level: noticeLevel,
    audience: noticeAudience,
    requireAck: z.boolean(),
    startsAt: moment,
    endsAt: moment,
  })
  .check(
    z.refine(({ startsAt, endsAt }) => startsAt === "" || endsAt === "" || Date.parse(endsAt) > Date.parse(startsAt), {
      path: ["endsAt"],
      message: "endBeforeStart",
    }),
    z.refine(({ endsAt }) => endsAt === "" || Date.parse(endsAt) > Date.now(), { path: ["endsAt"], message: "endIsPast" }),
  );

export type NoticeValues = z.infer<typeof noticeValues>;

export const emptyNotice: NoticeValues = { title: "", body: "", level: "info", audience: "everyone", requireAck: false, startsAt: "", endsAt: "" };

/** What the editor begins with for a notice that exists. */
export function valuesOf({ title, body, level, audience, requireAck, startsAt, endsAt }: Notice): NoticeValues {
  return { title, body, level, audience, requireAck, startsAt: toLocal(startsAt), endsAt: toLocal(endsAt) };
}

/** The same content once more, for another time. */
export function copyOf(notice: Notice): NoticeValues {
  return { ...valuesOf(notice), startsAt: "", endsAt: "" };
}

/** What the server is told. */
export function bodyOf({ startsAt, endsAt, ...values }: NoticeValues): NoticeBody {
  return { ...values, startsAt: fromLocal(startsAt), endsAt: fromLocal(endsAt) };
}

/** Whether it would be scheduled instead of going out at once. */
export function isForLater({ startsAt }: Pick<NoticeValues, "startsAt">, now: number = Date.now()): boolean {
  return startsAt !== "" && Date.parse(startsAt) > now;
}

function fromLocal(value: string): string | null {
  return value === "" ? null : new Date(value).toISOString();
}

function toLocal(time: string | null): string {
  if (time === null) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
