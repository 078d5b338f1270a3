import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { settle } from "./accessibility.ts";
import { expect, log, open, reply, row, test, unique } from "./console.ts";

test("the panel shows live who is online, on which page, and leads to the conversation", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire(), { viewport: { width: 1400, height: 900 } });
  await page.getByRole("tab", { name: /Online/u }).click();
  const title = unique("Teapots");
  const customer = await visit(unique("Customer"), { url: "https://shop.example/teapots", title });
  const entry = page.locator("[data-online]").filter({ hasText: customer.name });
  await expect(entry).toContainText(title);
  const { conversationId } = await customer.say("Hello");
  await entry.getByRole("button").click();
  await expect(page).toHaveURL(new RegExp(conversationId, "u"));
  const next = unique("Cups");
  await customer.call("presence:set", { page: { url: "https://shop.example/cups", title: next } });
  await expect(entry).toContainText(next);
  customer.close();
  await expect(entry).toHaveCount(0, { timeout: 20_000 });
});

test("tags and priority are kept and seen by colleagues", async ({ hire, visit, openConsole }) => {
  const size = { viewport: { width: 1400, height: 900 } };
  const [one, two] = [await openConsole(await hire(), size), await openConsole(await hire(), size)];
  const customer = await visit();
  await customer.say("Hello");
  await open(one, customer.name);
  await open(two, customer.name);
  const tag = unique("VIP");
  await one.getByRole("button", { name: "Add a tag" }).click();
  await one.getByRole("textbox", { name: "Add a tag" }).fill(tag);
  await one.getByRole("textbox", { name: "Add a tag" }).press("Enter");
  await expect(two.getByRole("button", { name: `Remove the tag “${tag}”` })).toBeVisible();
  await one.getByRole("button", { name: "More actions" }).click();
  await one.getByRole("menuitemradio", { name: "Urgent" }).click();
  await expect(row(two, customer.name).getByLabel("Urgent")).toBeVisible();
  await two.getByRole("button", { name: `Remove the tag “${tag}”` }).click();
  await expect(one.getByRole("button", { name: `Remove the tag “${tag}”` })).toHaveCount(0);
});

test("everything is within reach of the keyboard", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  await customer.say("Hello");
  await expect(row(page, customer.name)).toBeVisible();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search and commands" })).toBeFocused();
  await page.keyboard.type(customer.name);
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(log(page)).toBeVisible();

  await page.keyboard.press("r");
  await expect(reply(page, customer.name)).toBeFocused();
  await page.keyboard.type("j is only a letter here");
  await expect(reply(page, customer.name)).toHaveValue("j is only a letter here");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(row(page, customer.name)).toBeFocused();
  await page.keyboard.press("m");
  await expect(page.getByText("Assigned to you")).toBeVisible();

  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toBeVisible();
  await sheet.getByRole("switch", { name: "Single-key shortcuts" }).click();
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(sheet).toHaveCount(0);
  const panel = page.getByRole("complementary", { name: "Side panel" });
  await page.keyboard.press("Alt+O");
  await expect(panel).toHaveCount(0);
  await page.keyboard.press("Alt+O");
  await expect(panel).toBeVisible();
});

test("on a phone there is one pane, with a way back", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire(), { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const customer = await visit();
  const text = unique("Hello from the bus");
  await customer.say(text);
  await row(page, customer.name).tap();
  await expect(log(page).getByText(text)).toBeVisible();
  await expect(row(page, customer.name)).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await reply(page, customer.name).fill("Hello");
  await page.getByRole("button", { name: "Send", exact: true }).tap();
  await expect.poll(() => customer.heard.some((message) => message.text === "Hello")).toBe(true);
  await page.goBack();
  await expect(row(page, customer.name)).toBeVisible();
  await row(page, customer.name).tap();
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await expect(row(page, customer.name)).toBeVisible();
});

test("the list keeps its width", async ({ hire, openConsole }) => {
  const page = await openConsole(await hire());
  const edge = page.getByRole("separator", { name: /resize the list/u });
  await edge.focus();
  await page.keyboard.press("End");
  await expect(edge).toHaveAttribute("aria-valuenow", "420");
  await page.reload();
  await expect(edge).toHaveAttribute("aria-valuenow", "420");
});

/* Stricter than elsewhere: not even a moderate finding. */
async function expectNoFindings(page: Page): Promise<void> {
  await settle(page);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const locale of ["en-GB", "zh-CN"] as const) {
    test(`axe finds nothing where one signs in and searches, ${colorScheme}, ${locale}`, async ({ hire, visit, openConsole, openPage }) => {
      await (await visit()).say("Hello");
      await expectNoFindings(await openPage("/sign-in", { colorScheme, locale }));
      const page = await openConsole(await hire(), { colorScheme, locale, viewport: { width: 1440, height: 900 } });
      await expect(page.locator("[data-conversation]").first()).toBeVisible();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").waitFor();
      await expectNoFindings(page);
    });

    test(`axe finds nothing where one answers, ${colorScheme}, ${locale}`, async ({ hire, visit, openConsole }) => {
      const page = await openConsole(await hire(), { colorScheme, locale, viewport: { width: 1440, height: 900 } });
      const customer = await visit();
      const { conversationId } = await customer.say("Hello https://example.com");
      await row(page, customer.name).click();
      await log(page).waitFor();
      await page.keyboard.press("Alt+P");
      await page.keyboard.type("note");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Alt+L");
      await page.keyboard.type("reply");
      await page.keyboard.press("Enter");
      await expect(log(page).locator("[data-seq]").getByText("reply")).toBeVisible();
      await customer.call("typing", { conversationId, on: true });
      await expectNoFindings(page);
      await page.keyboard.press("Alt+P");
      await page.getByRole("tab").last().click();
      await expectNoFindings(page);
    });
  }
}
