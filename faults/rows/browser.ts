import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type BrowserContext, chromium, type Page } from "playwright";

import { atMost, type Check, type Findings, none } from "#faults/findings.ts";
import type { Proxy } from "#faults/proxy.ts";
import type { Row } from "#faults/row.ts";
import type { Setting } from "#faults/scene.ts";
import { command } from "#faults/stage/api.ts";
import { hireAgents } from "#faults/stage/people.ts";
import { signalProcess, until } from "#faults/stage/processes.ts";
import type { Stage } from "#faults/stage/stage.ts";

const debian = "/usr/bin/chromium";

/** The browser dies or leaves with unsent messages; whoever opens the same profile again sends them. */
export const browserCrashes: Row = {
  id: "F44",
  title: "Chromium is killed, closed or reloaded with five unsent messages",
  amounts: { short: "once each", long: "five times each" },
  promises: "P1 P2 P9",
  async run({ stage, short }: Setting): Promise<Findings> {
    await stage.heal();
    const line = stage.lines[0];
    if (line === undefined) throw new Error("there is no line");
    const checks: Check[] = [];
    for (const way of ["kill -9", "close", "reload"] as const) {
      for (let n = 0; n < (short ? 1 : 5); n += 1) checks.push(...await leaveUnsent({ stage, line, way }));
    }
    return { verdict: null, checks: checks.filter(({ ok }, n) => !ok || n % (short ? 1 : 5) === 0), figures: { rounds: short ? 3 : 15 } };
  },
};

async function leaveUnsent({ stage, line, way }: { stage: Stage; line: Proxy; way: "kill -9" | "close" | "reload" }): Promise<Check[]> {
  const profile = await mkdtemp(join(tmpdir(), "xb-"));
  try {
    let browser = await openProfile(profile);
    const page = await openChat(browser, line);
    const name = Math.random().toString(36).slice(2, 10);
    await write(page, `${name} begins`);
    await until("the first message is stored", async () => (await readTexts(stage, name)).length === 1);
    line.refuse(true);
    line.reset();
    const texts = [1, 2, 3, 4, 5].map((n) => `${name} ${String(n)}`);
    for (const text of texts) await write(page, text);
    await page.locator("[data-pending]").nth(4).waitFor();
    if (way === "kill -9") {
      await sleep(250);
      killBrowser(profile);
    } else if (way === "close") await page.close({ runBeforeUnload: false });
    line.heal();
    if (way === "reload") await page.reload();
    else if (way === "close") await openChat(browser, line);
    else {
      browser = await openProfile(profile);
      await openChat(browser, line);
    }
    const begun = performance.now();
    const stored = await until("all are stored", async () => (await readTexts(stage, name)).length >= 6, 40_000).catch(() => NaN);
    await sleep(1_000);
    const found = await readTexts(stage, name);
    await browser.close();
    return [
      none(`${way}: stored otherwise than written`, JSON.stringify(found) === JSON.stringify([`${name} begins`, ...texts]) ? [] : found),
      atMost(`${way}: stored after, ms`, Number.isNaN(stored) ? NaN : performance.now() - begun, 40_000),
    ];
  } finally {
    line.heal();
    killBrowser(profile);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Two tabs of one person lose the line and find it again. */
export const twoTabs: Row = {
  id: "F45",
  title: "two tabs of one customer write without a line and are answered meanwhile; then both have one again",
  amounts: { short: "2 rounds", long: "10 rounds" },
  promises: "P2 P3 P18",
  async run({ stage, short }: Setting): Promise<Findings> {
    await stage.heal();
    const line = stage.lines[1];
    if (line === undefined) throw new Error("there is no line");
    const profile = await mkdtemp(join(tmpdir(), "xb-"));
    const checks: Check[] = [];
    try {
      const browser = await openProfile(profile);
      const one = await openChat(browser, line);
      const name = Math.random().toString(36).slice(2, 10);
      await write(one, `${name} begins`);
      await until("the first message is stored", async () => (await readTexts(stage, name)).length === 1);
      const two = await openChat(browser, line);
      const answer = await hireAnswerer(stage, name);
      for (let round = 0; round < (short ? 2 : 10); round += 1) {
        const before = (await readTexts(stage, name)).length;
        line.refuse(true);
        line.reset();
        const texts = [1, 2, 3, 4].map((n) => `${name} ${String(round)}-${String(n)}`);
        for (const [n, text] of texts.entries()) await write(n % 2 === 0 ? one : two, text);
        await answer(`${name} ${String(round)}-5`);
        await sleep(1_000);
        line.heal();
        const all = before + texts.length + 1;
        await until("all are stored", async () => (await readTexts(stage, name)).length >= all, 60_000);
        await until("both tabs show all", async () => (await shownTexts(one, name)).length >= all && (await shownTexts(two, name)).length >= all, 40_000);
        const stored = await readTexts(stage, name);
        const [first, second] = [await shownTexts(one, name), await shownTexts(two, name)];
        const unread = async () => (await readUnread(stage, name)).length === 0;
        await until("all is read", unread, 15_000).catch(() => undefined);
        checks.push(
          none("conversations whose customer's mark is below what both tabs showed", await readUnread(stage, name)),
          none("texts stored twice or never", stored.length === all && new Set(stored).size === all ? [] : stored),
          none("tabs that show otherwise than is stored", [first, second].filter((shown) => JSON.stringify(shown) !== JSON.stringify(stored)).map((shown) => shown.join(", "))),
        );
      }
      await browser.close();
    } finally {
      line.heal();
      killBrowser(profile);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
    return { verdict: null, checks: checks.filter(({ ok }, n) => !ok || n < 3), figures: { rounds: short ? 2 : 10 } };
  },
};

function openProfile(profile: string): Promise<BrowserContext> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? (existsSync(debian) ? debian : undefined);
  const args = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  return chromium.launchPersistentContext(profile, { args, locale: "en-GB", ...(executablePath === undefined ? {} : { executablePath }) });
}

async function openChat(browser: BrowserContext, line: Proxy): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(line.url);
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill(text);
  await box.press("Enter");
}

async function readTexts({ postgres }: Stage, name: string): Promise<string[]> {
  return (await postgres.ask<{ body: string }>(`select body from "Message" where body like $1 order by seq`, [`${name} %`])).map(({ body }) => body);
}

/* Someone of staff who answers in the conversation that begins with this name. */
async function hireAnswerer(stage: Stage, name: string): Promise<(text: string) => Promise<void>> {
  const [agent] = await hireAgents(stage, 1, "tabs");
  const [found] = await stage.postgres.ask<{ id: string }>(`select "conversationId" as id from "Message" where body = $1`, [`${name} begins`]);
  const [node] = stage.nodes;
  if (agent === undefined || found === undefined || node === undefined) throw new Error("there is nobody to answer");
  return async (text) => {
    await command(node.url, "message:send", { token: agent.grant.token, input: { clientMsgId: randomUUID(), conversationId: found.id, kind: "text", text } });
  };
}

/* The customer's conversation, if it has read less than there is of others. */
async function readUnread({ postgres }: Stage, name: string): Promise<string[]> {
  const rows = await postgres.ask<{ id: string; read: string; newest: string }>(
    `select c.id, coalesce(r.read, 0)::text as read, max(m.seq)::text as newest
       from "Message" b join "Conversation" c on c.id = b."conversationId"
       join "Message" m on m."conversationId" = c.id and m."senderId" <> c."customerId"
       left join "ReadMark" r on r."conversationId" = c.id and r."userId" = c."customerId"
      where b.body = $1 group by c.id, r.read having coalesce(r.read, 0) < max(m.seq)`, [`${name} begins`]);
  return rows.map(({ id, read, newest }) => `${id}: ${read} of ${newest}`);
}

async function shownTexts(page: Page, name: string): Promise<string[]> {
  const text = await page.getByRole("log").innerText();
  return text.match(new RegExp(`${name} (?:begins|\\d+-\\d+)`, "gu")) ?? [];
}

function killBrowser(profile: string): void {
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(`--user-data-dir=${profile}`)) signalProcess(pid, "SIGKILL");
    } catch {
      continue;
    }
  }
}
