export type SnoozeChoice = "snoozeHour" | "snoozeThree" | "snoozeTomorrow" | "snoozeMonday";

/** When a conversation that is put off now comes back; the days begin at nine in the zone of this browser. */
export function snoozeTimes(now: Date): { choice: SnoozeChoice; until: Date }[] {
  const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { choice: "snoozeHour", until: inHours(1) },
    { choice: "snoozeThree", until: inHours(3) },
    { choice: "snoozeTomorrow", until: atNine(now, 1) },
    { choice: "snoozeMonday", until: atNine(now, untilMonday) },
  ];
}

function atNine(now: Date, days: number): Date {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  day.setHours(9, 0, 0, 0);
  return day;
}
