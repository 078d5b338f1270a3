import { describe, expect, it } from "vitest";
import { snoozeTimes } from "./snooze-times.ts";

const local = (text: string) => new Date(text);
const choices = (now: string) => Object.fromEntries(snoozeTimes(local(now)).map(({ choice, until }) => [choice, until]));

describe("snoozeTimes", () => {
  it("counts hours from now", () => {
    expect(choices("2026-11-20T10:20:30")).toMatchObject({ snoozeHour: local("2026-11-20T11:20:30"), snoozeThree: local("2026-11-20T13:20:30") });
  });

  it("comes back at nine the next day and the next Monday", () => {
    expect(choices("2026-11-20T23:30:00")).toMatchObject({ snoozeTomorrow: local("2026-11-21T09:00:00"), snoozeMonday: local("2026-11-23T09:00:00") });
  });

  it("takes the Monday of next week on a Monday, and tomorrow on a Sunday", () => {
    expect(choices("2026-11-23T08:00:00")["snoozeMonday"]).toEqual(local("2026-11-30T09:00:00"));
    expect(choices("2026-11-22T08:00:00")["snoozeMonday"]).toEqual(local("2026-11-23T09:00:00"));
  });
});
