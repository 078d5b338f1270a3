import type { Screen } from "#faults/checker.ts";
import { createHistory } from "#faults/history.ts";
import { until } from "#faults/stage/processes.ts";
import type { Stage } from "#faults/stage/stage.ts";

import { openPerson, type Person } from "./person.ts";

const together = 10;

/** What customers see who open the page only now and read everything, from the newest page back to the first message. */
export async function readLate(stage: Stage, people: readonly Person[]): Promise<Screen[]> {
  const customers = people.filter(({ who }) => who.startsWith("c"));
  const screens: Screen[] = [];
  for (let n = 0; n < customers.length; n += together) {
    const some = await Promise.all(customers.slice(n, n + together).map((person, m) => readAll(stage, person, m)));
    screens.push(...some.flat());
  }
  return screens;
}

async function readAll({ lines }: Stage, person: Person, n: number): Promise<Screen[]> {
  const line = lines.at(-1 - n);
  const { me } = person.client.store.getState();
  if (line === undefined || me === null) return [];
  const grant = { token: person.token(), expiresAt: new Date(Date.now() + 3_600_000).toISOString(), user: me };
  const { client, watched } = openPerson({ who: `late ${person.who}`, grant, url: line.url, history: createHistory() });
  try {
    const threads = () => [...client.store.getState().threads.values()];
    await until(`late ${person.who} is ready`, () => client.store.getState().ready);
    for (const { conversationId } of threads()) {
      while (threads().some((thread) => thread.conversationId === conversationId && thread.hasMoreBefore)) await client.loadBefore(conversationId);
    }
    return watched.screens();
  } finally {
    watched.stop();
    client.stop();
  }
}
