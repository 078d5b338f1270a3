import { isClean, type Verdict } from "./checker.ts";

/** A measured value beside its limit. `timed`: it takes longer on a machine that has other things to do. */
export type Check = { readonly name: string; readonly value: string; readonly limit: string; readonly ok: boolean; readonly timed?: true };

/** What a row showed. */
export type Findings = {
  readonly verdict: Verdict | null;
  readonly checks: readonly Check[];
  /** For reading. */
  readonly figures: Readonly<Record<string, string | number>>;
};

export function hasPassed({ verdict, checks }: Findings): boolean {
  return (verdict === null || isClean(verdict)) && checks.every(({ ok }) => ok);
}

/** Marks a check as one of speed. */
export function timed(check: Check): Check {
  return { ...check, timed: true };
}

/** For the tests, which run on any machine beside anything: how fast it is, is shown and does not count. */
export function withoutSpeed(findings: Findings): Findings {
  const checks = findings.checks.map((check) => (check.timed === true ? { ...check, ok: true, limit: `${check.limit}; not counted` } : check));
  return { ...findings, checks };
}

/** A value that may be at most so much; what is no number has failed. The unit stands in the name. */
export function atMost(name: string, value: number, limit: number): Check {
  return { name, value: String(round(value)), limit: `≤ ${String(round(limit))}`, ok: value <= limit };
}

export function atLeast(name: string, value: number, limit: number): Check {
  return { name, value: String(round(value)), limit: `≥ ${String(limit)}`, ok: value >= limit };
}

export function holds(name: string, ok: boolean, value = ok ? "yes" : "no"): Check {
  return { name, value, limit: "yes", ok };
}

/** What has to be empty; the first of what is not is shown. */
export function none(name: string, found: readonly string[]): Check {
  return { name, value: found.length === 0 ? "0" : `${String(found.length)} (${found.slice(0, 2).join("; ")})`, limit: "0", ok: found.length === 0 };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
