import { randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { io } from "socket.io-client";
import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Answer } from "#protocol/errors.ts";
import type { Grant } from "#protocol/http.ts";
import type { Message, Page as VisitedPage } from "#protocol/objects.ts";
import { test as base } from "./fixtures.ts";
import { joinStaff, type Staff } from "./staff.ts";

export { expect } from "./fixtures.ts";

/** An agent's account, made for one test. */
export type Agent = { id: string; name: string; email: string; password: string };

/** A customer without a browser. */
export type Customer = {
  name: string;
  call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandData<Name>>;
  say(text: string): Promise<Message>;
  /** Everything that came, own messages too. */
  heard: readonly Message[];
  /** Who was said to type. */
  typing: readonly boolean[];
  close(): void;
};

type Fixtures = {
  owner: Staff;
  hire: (name?: string) => Promise<Agent>;
  visit: (name?: string, page?: VisitedPage) => Promise<Customer>;
  /** The console in a context of its own, signed in as that agent. */
  openConsole: (agent: Agent, options?: Parameters<Browser["newContext"]>[0]) => Promise<Page>;
};

/** The specs of the agent console: accounts and customers are made for each test, so that none disturbs another. */
export const test = base.extend<Fixtures>({
  owner: async ({ baseURL }, provide) => {
    const owner = await joinStaff(baseURL ?? "");
    await provide(owner);
    owner.close();
  },

  hire: async ({ baseURL, owner }, provide) => provide(async (name = unique("Agent")) => {
    const password = randomUUID();
    const email = `${randomUUID()}@example.test`;
    const { id } = await post<{ id: string }>(`${baseURL}/api/v1/users`, { email, name, role: "agent", password }, owner.token);
    return { id, name, email, password };
  }),

  visit: async ({ baseURL }, provide) => {
    const customers: Customer[] = [];
    await provide(async (name = unique("Customer"), page) => {
      const customer = await joinCustomer(baseURL ?? "", name);
      customers.push(customer);
      if (page !== undefined) await customer.call("presence:set", { page });
      return customer;
    });
    for (const customer of customers) customer.close();
  },

  openConsole: async ({ openPage }, provide) => provide(async (agent, options = {}) => {
    const page = await openPage("/sign-in", { locale: "en-GB", ...options });
    await signIn(page, agent);
    await page.waitForURL(/\/console/u);
    return page;
  }),
});

/** A name that no other test uses. */
export function unique(text: string): string {
  return `${text} ${randomUUID().slice(0, 8)}`;
}

/** Fills in the sign-in form and sends it. */
export async function signIn(page: Page, { email, password }: Pick<Agent, "email" | "password">): Promise<void> {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
}

/** The row of a conversation in the list. */
export function row(page: Page, name: string) {
  return page.locator("[data-conversation]").filter({ hasText: name });
}

/** The messages of the open conversation. */
export function log(page: Page) {
  return page.getByRole("log");
}

/** The field that an agent answers in. */
export function reply(page: Page, name: string) {
  return page.getByRole("textbox", { name: `Reply to ${name}` });
}

/** Opens a conversation from the list. */
export async function open(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  // Until then the one before may still stand there.
  await page.getByRole("region", { name: `Conversation with ${name}` }).getByRole("log").waitFor();
}

/** A JSON request of a member of staff. */
export async function post<Data>(url: string, body: unknown, token: string): Promise<Data> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function joinCustomer(url: string, name: string): Promise<Customer> {
  const { token } = await post<Grant>(`${url}/api/v1/auth/guest`, { name, locale: "en" }, "");
  const socket = io(url, { auth: { token, v: 1 }, transports: ["websocket"], forceNew: true });
  const heard: Message[] = [];
  const typing: boolean[] = [];
  socket.on("message:created", ({ messages }: { messages: Message[] }) => heard.push(...messages));
  socket.on("typing", ({ on }: { on: boolean }) => typing.push(on));
  await new Promise((done) => {
    socket.once("hello", done);
  });
  async function call<Name extends CommandName>(command: Name, input: CommandInput<Name>): Promise<CommandData<Name>> {
    const answer: Answer<CommandData<Name>> = await socket.timeout(8_000).emitWithAck(command, input);
    if (!answer.ok) throw new Error(`${command}: ${answer.error.code} ${answer.error.message}`);
    return answer.data;
  }
  return {
    name,
    call,
    heard,
    typing,
    say: async (text) => (await call("message:send", { clientMsgId: randomUUID(), kind: "text", text })).message,
    close: () => void socket.close(),
  };
}
