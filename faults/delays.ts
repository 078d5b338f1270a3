import { of } from "./checker.ts";
import type { Entry } from "./history.ts";

/** Milliseconds. */
export type Quantiles = { count: number; p50: number; p99: number; max: number };

/** A stretch of the clock of a history. */
export type Window = { readonly from: number; readonly to: number };

const settlingMs = 3_000;
const always: Window = { from: -Infinity, to: Infinity };

/** From pressing send to the bubble turning to sent, for what was sent within the window. */
export function acknowledgementDelays(entries: readonly Entry[], { from, to }: Window = always): number[] {
  const acknowledged = firstOk(entries);
  return of(entries, "invoke").flatMap(({ at, clientMsgId }) => {
    const ok = acknowledged.get(clientMsgId);
    return ok === undefined || at < from || at > to ? [] : [ok - at];
  });
}

/** Leaves out what was written while an earlier message of the same person was not yet acknowledged. */
export function withoutOwnQueue(entries: readonly Entry[]): Entry[] {
  const acknowledged = firstOk(entries);
  const busyUntil = new Map<string, number>();
  return entries.filter((entry) => {
    if (entry.kind !== "invoke") return true;
    const until = busyUntil.get(entry.who) ?? 0;
    busyUntil.set(entry.who, Math.max(until, acknowledged.get(entry.clientMsgId) ?? Infinity));
    return until <= entry.at;
  });
}

/**
 * From the acknowledgement to the appearance on another screen, for what was acknowledged within the window. Screens
 * that were cut off meanwhile are left out: how long they need to come back is measured by itself. `counts` can leave
 * out more.
 */
export function deliveryDelays(entries: readonly Entry[], { from, to }: Window = always, counts: (sender: string, screen: string) => boolean = () => true): number[] {
  const acknowledged = firstOk(entries);
  const senders = new Map(of(entries, "invoke").map(({ clientMsgId, who }) => [clientMsgId, who]));
  const upSince = new Map<string, number>();
  const delays: number[] = [];
  for (const entry of entries) {
    if (entry.kind === "down") upSince.delete(entry.who);
    if (entry.kind === "up") upSince.set(entry.who, entry.at);
    if (entry.kind !== "shown" || entry.clientMsgId === null) continue;
    const ok = acknowledged.get(entry.clientMsgId);
    const sender = senders.get(entry.clientMsgId);
    if (ok === undefined || sender === undefined || sender === entry.who || ok < from || ok > to || !counts(sender, entry.who)) continue;
    // It takes a screen a moment to catch up after it came back.
    if ((upSince.get(entry.who) ?? Infinity) + settlingMs > ok) continue;
    delays.push(Math.max(0, entry.at - ok));
  }
  return delays;
}

/** How long clients were cut off before they were back, for what was lost within the window. */
export function comebacks(entries: readonly Entry[], { from, to }: Window = always): number[] {
  const downSince = new Map<string, number>();
  const times: number[] = [];
  for (const entry of entries) {
    if (entry.kind === "down") downSince.set(entry.who, entry.at);
    if (entry.kind !== "up") continue;
    const since = downSince.get(entry.who);
    downSince.delete(entry.who);
    if (since !== undefined && since >= from && since <= to) times.push(entry.at - since);
  }
  return times;
}

/** Who was cut off and had not come back in the end. */
export function stillAway(entries: readonly Entry[]): string[] {
  const away = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === "down") away.add(entry.who);
    if (entry.kind === "up") away.delete(entry.who);
  }
  return [...away];
}

export function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export function firstOk(entries: readonly Entry[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { clientMsgId, at } of of(entries, "ok")) if (!times.has(clientMsgId)) times.set(clientMsgId, at);
  return times;
}
