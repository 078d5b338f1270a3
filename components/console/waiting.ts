/** From here on a waiting customer is shown in amber, and then in red. */
export const amberAfterMs = 40_000;
export const redAfterMs = 100_000;

export type WaitingLevel = "calm" | "amber" | "red";

/** How urgent it is to answer someone who has waited this long. */
export function waitingLevel(waitedMs: number): WaitingLevel {
  if (waitedMs >= redAfterMs) return "red";
  return waitedMs >= amberAfterMs ? "amber" : "calm";
}
