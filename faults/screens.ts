import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type Browser, chromium, type Page } from "playwright";

import type { StaffUser } from "#protocol/http.ts";
import { installationRoot } from "#server/installation.ts";

import { command, request } from "./stage/api.ts";
import { makeGuests, signInAdmin } from "./stage/people.ts";
import { until } from "./stage/processes.ts";
import { openStage, type Stage } from "./stage/stage.ts";
import type { StageNode } from "./stage/nodes.ts";
import { dialRaw } from "./workload/raw-socket.ts";

/*
 * node scripts/run.mjs faults/screens.ts: three nodes behind nginx; the customer's is killed, then Redis. Takes pictures of
 * what a customer and an agent see, into docs/images/.
 */
const debian = "/usr/bin/chromium";
const password = "correct horse battery";
const images = join(installationRoot(), "docs", "images");

const stage = await openStage();
const executablePath = process.env["CHROMIUM_PATH"] ?? (existsSync(debian) ? debian : undefined);
const browser = await chromium.launch({ args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])], ...(executablePath === undefined ? {} : { executablePath }) });
try {
  mkdirSync(images, { recursive: true });
  await stage.arrange({});
  await take(stage, browser);
} finally {
  await browser.close();
  await stage.close();
}

async function take(on: Stage, chrome: Browser): Promise<void> {
  const agentNode = await nodeOf(on, on.nginx.url);
  const { url, node } = await elsewhere(on, agentNode);
  await hire(on);
  const customer = await (await chrome.newContext({ locale: "en-GB", viewport: { width: 440, height: 720 } })).newPage();
  await customer.goto(url);
  await write(customer, "Message", "Hello, has my order left yet?");
  const agent = await (await chrome.newContext({ locale: "en-GB", viewport: { width: 1000, height: 720 } })).newPage();
  await agent.goto(`${on.nginx.url}/sign-in`);
  await agent.locator("input[name=email]").fill("mei@example.test");
  await agent.locator("input[name=password]").fill(password);
  await agent.locator("button[type=submit]").click();
  await agent.locator("[data-conversation]").first().click();
  await agent.getByRole("log").waitFor();
  await write(agent, /^Reply to/u, "Let me look.");
  await customer.getByRole("log").getByText("Let me look.").waitFor();

  await node.kill();
  await write(customer, "Message", "It is order 1024.");
  await picture(chrome, "failover-killed", [customer, agent]);
  await agent.getByRole("log").getByText("It is order 1024.").waitFor();
  await write(agent, /^Reply to/u, "It left this morning.");
  await customer.getByRole("log").getByText("It left this morning.").waitFor();
  await picture(chrome, "failover-back", [customer, agent]);

  await node.start();
  await on.redis.kill();
  await sleep(1_000);
  await write(customer, "Message", "Thank you! When will it be here?");
  await agent.getByRole("log").getByText("When will it be here?").waitFor();
  await write(agent, /^Reply to/u, "Tomorrow before noon.");
  await customer.getByRole("log").getByText("Tomorrow before noon.").waitFor();
  await picture(chrome, "failover-without-redis", [customer, agent]);
}

async function hire(on: Stage): Promise<void> {
  const at = on.nodes[0]?.url ?? "";
  const { token } = await signInAdmin(on);
  const { id } = await request<StaffUser>(at, "users", { token, body: { email: "mei@example.test", name: "Mei", role: "agent", password } });
  await command(at, "waiter:register", { token, input: { userId: id } });
}

/* The node that nginx leads this way to: the one that has a session more. */
async function nodeOf(on: Stage, url: string): Promise<StageNode> {
  const [guest] = await makeGuests(on, 1);
  const { socket } = await dialRaw(url, { token: guest?.token ?? "" });
  const counts = await Promise.all(on.nodes.map((node) => node.metric("xiaoer_socket_connections")));
  socket.close();
  await until("the session has ended", async () => (await Promise.all(on.nodes.map((node) => node.metric("xiaoer_socket_connections")))).every((count) => count === 0));
  const found = on.nodes[counts.findIndex((count) => count > 0)];
  if (found === undefined) throw new Error("no node has the session");
  return found;
}

async function elsewhere(on: Stage, not: StageNode): Promise<{ url: string; node: StageNode }> {
  for (const { url } of on.lines) {
    const node = await nodeOf(on, url);
    if (node !== not) return { url, node };
  }
  throw new Error("all lines lead to one node");
}

async function write(page: Page, name: string | RegExp, text: string): Promise<void> {
  const box = page.getByRole("textbox", { name });
  await box.fill(text);
  await box.press("Enter");
}

/* Both screens beside each other. */
async function picture(chrome: Browser, name: string, pages: readonly Page[]): Promise<void> {
  const shots = await Promise.all(pages.map((page) => page.screenshot()));
  const sheet = await chrome.newPage({ viewport: { width: 1480, height: 760 } });
  const sources = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString("base64")}" style="border-radius:8px;box-shadow:0 1px 8px #0003">`);
  await sheet.setContent(`<body style="margin:0;padding:20px;background:#e8e8ea;display:flex;gap:20px;height:720px">${sources.join("")}</body>`);
  await sheet.screenshot({ path: join(images, `${name}.png`) });
  await sheet.close();
}
