import { setTimeout as sleep } from "node:timers/promises";

import type { Proxy } from "#faults/proxy.ts";
import { createHistory, type History } from "#faults/history.ts";
import { login } from "#faults/stage/api.ts";
import { hireAgents, makeGuests } from "#faults/stage/people.ts";
import { until } from "#faults/stage/processes.ts";
import type { Stage } from "#faults/stage/stage.ts";
import type { CommandInput } from "#protocol/commands.ts";
import type { Grant } from "#protocol/http.ts";

import { openPerson, type Person, type PersonOptions } from "./person.ts";
import { createPhotographer } from "./pictures.ts";
import { createRepeater } from "./repeats.ts";

export type Load = {
  readonly customers: number;
  readonly agents: number;
  /** So many customers look at their conversation on a second device. */
  readonly twins: number;
  /** Messages a second, all together. */
  readonly rate: number;
  /** One client breaks off and comes back, at random, this often. */
  readonly reconnectMs: number | null;
  readonly pictureMs: number | null;
  /** Changes what people hold before they open their pages; who is refused later signs in anew. */
  readonly changeGrant?: (grant: Grant) => Promise<Grant>;
};

/** People who write and read as the load says, from `begin` to `stop`. */
export type Workload = {
  readonly history: History;
  readonly people: readonly Person[];
  readonly customerIds: readonly string[];
  lineOf(person: Person): Proxy;
  begin(): void;
  stop(): Promise<void>;
  /** Closes all pages. */
  close(): void;
};

/** A person does not go on writing for ever when nothing is sent. */
const longestOutbox = 40;
const repeatShare = 0.2;
const readShare = 0.05;
const readBackMs = 1_000;
const markMs = 150;

/** Opens everybody's page; each customer has said hello and each agent has some conversations open when it resolves. */
export async function openWorkload(stage: Stage, load: Load): Promise<Workload> {
  const history = createHistory();
  const { changeGrant = async (grant: Grant) => grant } = load;
  const known = await makeGuests(stage, load.customers);
  const staff = await hireAgents(stage, load.agents);
  const guests = await Promise.all(known.map(changeGrant));
  const lines = stage.lines.values();
  const lineOf = new Map<Person, Proxy>();
  const open = (options: Omit<PersonOptions, "url" | "history">): Person => {
    const { value: line } = lines.next();
    if (line === undefined) throw new Error("there are not enough lines for so many people");
    const person = openPerson({ ...options, url: line.url, history });
    lineOf.set(person, line);
    return person;
  };
  const customers = guests.map((grant, n) => open({ who: `c${n}`, grant, signIn: async () => known[n] ?? grant }));
  const employed = await Promise.all(staff.map(async (employee) => ({ ...employee, grant: await changeGrant(employee.grant) })));
  const agents = employed.map(({ grant, email, password }, n) => open({ who: `a${n}`, grant, signIn: (url) => login(url, { email, password }) }));
  const twins = guests.slice(0, load.twins).map((grant, n) => open({ who: `t${n}`, grant }));
  const people = [...customers, ...agents, ...twins];
  const writers = [...customers, ...customers, ...customers, ...agents];
  const repeater = createRepeater(stage.nodes, history);
  const photographer = await createPhotographer(history);
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let over = false;
  let count = 0;

  const go = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  /** One message; a part of them is sent twice, some read back at another node. */
  async function write(person: Person): Promise<void> {
    const { who, userId, client, customer } = person;
    const open = customer ? null : pick([...client.store.getState().threads.values()].filter(({ followed }) => followed))?.conversationId ?? null;
    if (!customer && open === null) return;
    const queue = client.store.getState().outbox.get(open ?? "own") ?? [];
    if (queue.length >= longestOutbox) return;
    count += 1;
    const text = `${who} ${String(count)} 你好，请问这个还有货吗？`;
    const clientMsgId = client.send({ text, ...(open === null ? {} : { conversationId: open }) });
    if (clientMsgId === null) return;
    history.add({ kind: "invoke", who, senderId: userId, clientMsgId, text, lane: who });
    const input: CommandInput<"message:send"> = { clientMsgId, kind: "text", text, ...(open === null ? {} : { conversationId: open }) };
    // Only the first of a queue is on its way; a repeat of another would overtake it.
    if (Math.random() < repeatShare && queue.length === 0) await repeater.repeat(person, input);
    if (Math.random() < readShare) await readBack();
  }

  /** Someone asks any node for what was acknowledged a moment ago. */
  async function readBack(): Promise<void> {
    const since = performance.now() - readBackMs;
    const ok = history.entries.slice(-50).findLast((entry) => entry.kind === "ok" && entry.conversationId !== null && entry.at > since);
    const person = people.find(({ who }) => who === ok?.who);
    if (ok?.kind === "ok" && ok.conversationId !== null && person !== undefined) await repeater.readBack(person, ok.conversationId, ok.seq);
  }

  function every(ms: number, work: () => void): void {
    const next = (): void => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (over) return;
        work();
        next();
      }, -Math.log(1 - Math.random()) * ms);
      timers.add(timer);
    };
    next();
  }

  /** Marks what is on the screen as read. */
  function readSome(): void {
    const person = pick(people);
    const thread = pick([...person?.client.store.getState().threads.values() ?? []].filter(({ followed, have }) => followed && have > 0));
    if (person !== undefined && thread !== undefined) person.client.markRead(thread.conversationId, thread.have);
  }

  async function greet(): Promise<void> {
    for (const person of customers) go(write(person));
    await until("everybody has said hello", () => customers.every(({ client }) => (client.store.getState().threads.values().next().value?.have ?? 0) > 0));
    const conversations = customers.flatMap(({ client }) => client.store.getState().ownConversationId ?? []);
    for (const [n, { client }] of agents.entries()) {
      client.loadList("all").catch(() => undefined);
      for (const [m, id] of conversations.entries()) if (m % agents.length === n) client.openThread(id);
    }
    await until("the agents have everything open", () => agents.every(({ client }) => [...client.store.getState().threads.values()].every(({ loaded, have, head }) => loaded && have >= head)));
    await until("second devices show it", () => twins.every(({ client }) => (client.store.getState().threads.values().next().value?.have ?? 0) > 0));
  }

  function close(): void {
    for (const { client, watched } of people) {
      watched.stop();
      client.stop();
    }
  }

  try {
    await until("everybody is connected", () => people.every(({ client }) => client.store.getState().connection.status === "connected"), 60_000);
    await greet();
  } catch (error) {
    const last = history.entries.slice(-5).map((entry) => JSON.stringify(entry)).join("\n");
    close();
    throw new Error(`the workload does not begin; last of ${String(history.entries.length)} entries:\n${last}`, { cause: error });
  }

  return {
    history,
    people,
    lineOf(person) {
      const line = lineOf.get(person);
      if (line === undefined) throw new Error(`${person.who} has no line`);
      return line;
    },
    customerIds: guests.map(({ user }) => user.id),
    begin() {
      const pace = 1_000 / load.rate;
      every(pace, () => {
        const person = pick(writers);
        if (person !== undefined) go(write(person));
      });
      every(markMs, readSome);
      if (load.reconnectMs !== null) every(load.reconnectMs, () => pick([...lineOf.values()])?.reset());
      if (load.pictureMs !== null) every(load.pictureMs, () => {
        const person = pick(customers);
        if (person !== undefined) go(photographer.send(person, () => over));
      });
    },
    async stop() {
      over = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.race([Promise.all(running), sleep(15_000)]);
    },
    close,
  };
}

function pick<Item>(list: readonly Item[]): Item | undefined {
  return list[Math.floor(Math.random() * list.length)];
}
