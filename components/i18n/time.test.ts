import { describe, expect, it } from "vitest";
import { dayKey, formatBytes, formatDay, formatDuration, formatMoment, formatRelative, formatTime, formatWhen } from "./time.ts";

const zh = { locale: "zh-CN", timeZone: "Asia/Shanghai" } as const;
const en = { locale: "en", timeZone: "America/New_York" } as const;
const now = "2026-11-20T02:24:00.000Z";

describe("formatTime", () => {
  it("shows the viewer's own hour, from 00 to 23", () => {
    expect([formatTime(now, zh), formatTime(now, en)]).toEqual(["10:24", "21:24"]);
    expect(formatTime("2026-11-19T16:05:00.000Z", zh)).toBe("00:05");
  });
});

describe("formatDay", () => {
  it("names the days nearby and dates the others", () => {
    const days = ["2026-11-20T01:00Z", "2026-11-19T01:00Z", "2026-11-17T01:00Z", "2026-11-03T01:00Z", "2025-11-03T01:00Z"];
    expect(days.map((day) => formatDay(day, zh, now))).toEqual(["今天", "昨天", "星期二", "11月3日", "2025年11月3日"]);
    expect(days.map((day) => formatDay(day, en, now))).toEqual(["Today", "Yesterday", "Monday", "November 2", "November 2, 2025"]);
  });

  it("counts calendar days of the viewer, not hours", () => {
    const lateEvening = "2026-11-19T15:59:00.000Z";
    expect(formatDay(lateEvening, zh, "2026-11-19T16:01:00.000Z")).toBe("昨天");
    expect(formatDay(lateEvening, en, "2026-11-19T16:01:00.000Z")).toBe("Today");
  });
});

describe("formatWhen", () => {
  it("is a time today and a short date before", () => {
    const times = ["2026-11-20T01:00Z", "2026-11-19T01:00Z", "2026-11-17T01:00Z", "2026-11-03T01:00Z", "2025-11-03T01:00Z"];
    expect(times.map((time) => formatWhen(time, zh, now))).toEqual(["09:00", "昨天", "周二", "11/3", "2025/11/3"]);
    expect(times.map((time) => formatWhen(time, { ...en, timeZone: "Asia/Shanghai" }, now))).toEqual(["09:00", "Yesterday", "Tue", "Nov 3", "Nov 3, 2025"]);
  });

  it("dates what lies ahead because a clock is wrong", () => {
    expect(formatWhen("2026-11-22T01:00:00.000Z", zh, now)).toBe("11/22");
  });
});

describe("formatMoment", () => {
  it("is the full day and time", () => {
    expect(formatMoment(now, zh)).toBe("2026年11月20日 10:24");
    expect(formatMoment(now, en)).toBe("November 19, 2026 at 21:24");
  });
});

describe("formatRelative", () => {
  it("uses the largest unit that fits", () => {
    const before = (ms: number) => Date.parse(now) - ms;
    expect(formatRelative(before(20_000), zh, now)).toBe("现在");
    expect(formatRelative(before(180_000), zh, now)).toBe("3分钟前");
    expect(formatRelative(before(7_200_000), en, now)).toBe("2 hours ago");
    expect(formatRelative(before(86_400_000 * 3), en, now)).toBe("3 days ago");
    expect(formatRelative(before(-120_000), en, now)).toBe("in 2 minutes");
  });
});

describe("formatDuration", () => {
  it("is mm:ss, with hours when there are any, and never negative", () => {
    expect([187_900, 0, -5, 3_729_000].map(formatDuration)).toEqual(["03:07", "00:00", "00:00", "1:02:09"]);
  });
});

describe("formatBytes", () => {
  it("speaks of KB and MB, never of 0", () => {
    expect([12, 820 * 1024, 3.44 * 1024 * 1024].map((bytes) => formatBytes(bytes, "en"))).toEqual(["1 KB", "820 KB", "3.4 MB"]);
  });
});

describe("dayKey", () => {
  it("changes at the viewer's midnight", () => {
    expect(dayKey("2026-11-19T16:00:00.000Z", "Asia/Shanghai")).toBe("2026-11-20");
    expect(dayKey("2026-11-19T15:59:59.999Z", "Asia/Shanghai")).toBe("2026-11-19");
  });
});
