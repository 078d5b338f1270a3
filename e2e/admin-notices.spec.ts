import { confirm, expect, test, unique } from "./admin.ts";

test("a notice is written with its preview, pushed, counted live and withdrawn", async ({ openAdmin, openPage }) => {
  const customer = await openPage("/", { locale: "en-GB" });
  // Another test's urgent notice stands before the page until someone acknowledges it.
  const urgent = customer.getByRole("alertdialog");
  await customer.addLocatorHandler(urgent, () => urgent.getByRole("button").click());
  const box = customer.getByRole("textbox", { name: "Message" });
  await box.fill("Hello");
  await box.press("Enter");

  const page = await openAdmin("/admin/notices");
  await page.getByRole("link", { name: "New notice" }).click();
  await page.getByRole("button", { name: "Push now" }).click();
  await expect(page.getByText("Give it a title.")).toBeVisible();
  const title = unique("Closed on Friday");
  const preview = page.getByRole("figure");
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text").fill("We are back on Saturday.");
  await page.getByText("Warning", { exact: true }).click();
  await page.getByText("Customers", { exact: true }).click();
  await page.getByRole("switch", { name: "Ask for a confirmation" }).click();
  await expect(preview).toContainText(title);
  await expect(preview).toContainText("We are back on Saturday.");
  await expect(preview).toContainText("Got it");

  await page.getByRole("button", { name: "Push now" }).click();
  await confirm(page, "Push now");
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  const strip = customer.locator("[data-notice]").filter({ hasText: title });
  const next = customer.getByRole("button", { name: "Next notice" });
  await expect(strip.or(next).first()).toBeVisible();
  while (!(await strip.isVisible())) await next.click();

  const count = (name: string) => page.getByLabel("How far it has come").locator("div").filter({ hasText: name }).locator("dd > span").first();
  const shown = async (name: string) => Number(await count(name).textContent());
  await expect.poll(() => shown("Delivered")).toBeGreaterThan(0);
  await expect.poll(() => shown("Seen")).toBeGreaterThan(0);
  const confirmed = await shown("Confirmed");
  await strip.getByRole("button", { name: "Got it" }).click();
  await expect(strip).toHaveCount(0);
  await expect.poll(() => shown("Confirmed")).toBeGreaterThan(confirmed);

  // Who comes later sees it once, as long as it is in force.
  const later = await openPage("/", { locale: "en-GB" });
  const laterUrgent = later.getByRole("alertdialog");
  await later.addLocatorHandler(laterUrgent, () => laterUrgent.getByRole("button").click());
  const laterStrip = later.locator("[data-notice]").filter({ hasText: title });
  const laterNext = later.getByRole("button", { name: "Next notice" });
  await expect(laterStrip.or(laterNext).first()).toBeVisible();
  while (!(await laterStrip.isVisible())) await laterNext.click();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await confirm(page, "Withdraw");
  await expect(laterStrip).toHaveCount(0);
  await expect(page.getByText("Withdrawn", { exact: true }).first()).toBeVisible();
});

test("a draft is kept, can be changed, and goes when it is deleted", async ({ openAdmin }) => {
  const page = await openAdmin("/admin/notices/new");
  const title = unique("Stock-taking");
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text").fill("Orders go out on Tuesday.");
  await page.getByText("Staff", { exact: true }).click();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await page.getByLabel("Text").fill("Orders go out on Wednesday.");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Saved").first()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Text")).toHaveValue("Orders go out on Wednesday.");
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, "Delete");
  await expect(page.getByRole("heading", { level: 1, name: "Notices" })).toBeVisible();
  await expect(page.getByText(title)).toHaveCount(0);
});
