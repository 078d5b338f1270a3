import { setTimeout as sleep } from "node:timers/promises";

import { of } from "#faults/checker.ts";
import { atMost, none } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play } from "#faults/scene.ts";
import type { Stage } from "#faults/stage/stage.ts";
import type { Grant } from "#protocol/http.ts";
import { deriveSecrets } from "#server/auth/secrets.ts";
import { signToken, verifyToken } from "#server/auth/tokens.ts";

/** The same sign-in with a token that soon ends. */
async function shorten({ settings }: Stage, grant: Grant, seconds: number): Promise<Grant> {
  const secrets = deriveSecrets(settings["AUTH_SECRET"] ?? "", settings["SITE_SECRET"] ?? "");
  const { claims } = await verifyToken(secrets, "access", grant.token);
  const expiresAt = new Date(Date.now() + seconds * 1_000);
  return { ...grant, token: await signToken(secrets, "access", { claims, expiresAt }), expiresAt: expiresAt.toISOString() };
}

/** Tokens end while nobody can renew them. */
export const tokensExpire: Row = {
  id: "F47",
  title: "all tokens expire while their owners are cut off",
  amounts: { short: "once", long: "once" },
  promises: "P9 P12 P16",
  run: (setting) => play(setting, { name: "F47", load: { reconnectMs: null, pictureMs: null, customers: 20, agents: 4, twins: 0, rate: 40, changeGrant: (grant) => shorten(setting.stage, grant, 30) } }, async (scene) => {
    const { during, workload } = scene;
    const window = await during(async () => {
      for (const person of workload.people) workload.lineOf(person).set("both", { silent: true });
      await sleep(35_000);
    });
    const healed = performance.now();
    for (const person of workload.people) workload.lineOf(person).heal();
    await sleep(20_000);
    const ups = new Map(of(workload.history.entries, "up").filter(({ at }) => at > healed).map(({ who, at }) => [who, at - healed]));
    return [
      none("people who did not come back", workload.people.filter(({ client }) => client.store.getState().connection.status !== "connected").map(({ who }) => who)),
      atMost("back after it healed, slowest ms", Math.max(...ups.values()), 32_000),
      atMost("cut off for, s", (window.to - window.from) / 1_000, 60),
    ];
  }),
};
