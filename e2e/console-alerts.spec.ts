import type { Page } from "@playwright/test";
import { expect, log, open, post, reply, row, test, unique } from "./console.ts";

/** Counts how often a page rings from now on; notes that follow each other at once are one ring. */
async function listen(page: Page): Promise<() => number> {
  let rings = 0;
  await page.exposeFunction("heardRing", () => {
    rings += 1;
  });
  await page.evaluate(() => {
    const create = AudioContext.prototype.createOscillator;
    let last = Number.NEGATIVE_INFINITY;
    AudioContext.prototype.createOscillator = function play() {
      if (performance.now() - last > 300) Reflect.get(globalThis, "heardRing")();
      last = performance.now();
      return create.call(this);
    };
  });
  return () => rings;
}

test("sounds are armed by a click and then ring for whoever waits unclaimed", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const sounds = page.locator("[data-sound]").first();
  await expect(sounds).toHaveAttribute("data-sound", "blocked");
  await sounds.click();
  await page.getByRole("button", { name: "Test sound" }).click();
  await expect(sounds).toHaveAttribute("data-sound", "armed");
  await page.keyboard.press("Escape");

  const rings = await listen(page);
  const unheard = await visit();
  await unheard.say("Nobody receives yet");
  await expect(row(page, unheard.name)).toBeVisible();
  expect(rings()).toBe(0);

  await page.getByRole("button", { name: "Start receiving" }).click();
  const customer = await visit();
  await customer.say("Is anybody there?");
  await expect.poll(rings).toBeGreaterThan(0);
  const once = rings();
  await expect.poll(rings, { timeout: 9_000 }).toBeGreaterThan(once);
});

test("a muted console stays silent, a watched conversation too", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  await customer.say("Hello");
  await open(page, customer.name);
  await page.getByRole("button", { name: "Claim", exact: true }).click();
  await expect(page.getByText("Assigned to you")).toBeVisible();
  await page.bringToFront();
  const rings = await listen(page);
  await customer.say("I am being looked at");
  await expect(log(page).getByText("I am being looked at")).toBeVisible();

  const other = await visit();
  await other.say("Hello");
  await open(page, other.name);
  await customer.say("Now I am not");
  await expect.poll(rings).toBe(1);
  const mute = async () => {
    await page.locator("[data-sound]").first().click();
    await page.getByRole("switch", { name: "Mute" }).click();
    await page.keyboard.press("Escape");
  };
  await mute();
  await customer.say("And now nobody hears me");
  await expect(row(page, customer.name)).toContainText("And now nobody hears me");
  await mute();
  // Short tones keep a distance of their own; the next one shows that none of the silent messages rang.
  await expect.poll(async () => {
    await customer.say("Do you hear me again?");
    return rings();
  }, { intervals: [1_600] }).toBe(2);
});

test("a customer who urges and a reminder pop up, and lead to the conversation", async ({ hire, visit, openConsole, owner, baseURL }) => {
  const agent = await hire();
  const page = await openConsole(agent);
  await page.getByRole("button", { name: "Start receiving" }).click();
  const customer = await visit();
  const { conversationId } = await customer.say("Hello");
  await expect(row(page, customer.name)).toBeVisible();
  await customer.call("conversation:urge", {});
  const popup = page.getByRole("dialog").filter({ hasText: `${customer.name} asks you to hurry` });
  await expect(popup).toBeVisible();
  await popup.getByRole("button", { name: "Open" }).click();
  await expect(page).toHaveURL(new RegExp(conversationId, "u"));
  await expect(popup).toHaveCount(0);

  const title = unique("Stock-taking");
  await post(`${baseURL}/api/v1/push`, { to: { userIds: [agent.id] }, type: "reminder", content: { title, text: "At six in the back room" } }, owner.token);
  await expect(page.getByText(title)).toBeVisible();
  await expect(page.getByText("At six in the back room")).toBeVisible();
});

test("notices come at once; an urgent one waits for its answer", async ({ hire, openConsole, owner }) => {
  const page = await openConsole(await hire());
  const title = unique("The line to the bank is down");
  const notice = await owner.pushNotice({ title, body: "Take no cards until further notice.", level: "urgent", audience: "staff" });
  const strip = page.locator(`[data-notice="${notice.id}"]`);
  const next = page.getByRole("button", { name: "Next notice" });
  await expect(strip.or(next).first()).toBeVisible();
  while (!(await strip.isVisible())) await next.click();
  await strip.getByRole("button", { name: "Got it" }).click();
  await expect(page.getByText(title)).toHaveCount(0);
  await owner.withdraw(notice.id);
});

test("without a line the console says so, keeps what is written and sends it afterwards", async ({ hire, visit, openConsole, expectError }) => {
  expectError(/ERR_INTERNET_DISCONNECTED|WebSocket/u);
  const page = await openConsole(await hire());
  const customer = await visit();
  await customer.say("Hello");
  await open(page, customer.name);
  await page.context().setOffline(true);
  await expect(page.locator('[data-connection="lost"]')).toBeVisible();
  const text = unique("Written without a line");
  await reply(page, customer.name).fill(text);
  await page.keyboard.press("Enter");
  await expect(log(page).getByText(text)).toBeVisible();
  await expect(log(page).locator("[data-pending]")).toHaveCount(1);
  await page.context().setOffline(false);
  await expect(page.locator("[data-connection]")).toHaveCount(0);
  await expect.poll(() => customer.heard.filter((message) => message.text === text).length).toBe(1);
  await expect(log(page).locator("[data-pending]")).toHaveCount(0);
});
