import AxeBuilder from "@axe-core/playwright";
import { begin, expect, log, test, unique } from "./customer.ts";

test.use({ readsNotices: true });
test.describe.configure({ mode: "serial" });

test("a notice can be put away for good, and goes when it is withdrawn", async ({ page, staff }) => {
  await page.goto("/");
  await begin(page, staff);
  const first = await staff.pushNotice({ title: unique("Holiday"), body: "We are closed on Friday.", level: "info", audience: "customers" });
  const strip = page.locator(`[data-notice="${first.id}"]`);
  await expect(strip).toContainText(first.title);
  await strip.getByRole("button", { name: "Dismiss" }).click();
  await expect(strip).toBeHidden();
  await page.reload();
  await expect(log(page)).toBeVisible();
  await expect(strip).toBeHidden();

  const second = await staff.pushNotice({ title: unique("Delays"), body: "Parcels are late.", level: "warning", audience: "everyone" });
  await expect(page.getByText(second.title)).toBeVisible();
  await staff.withdraw(second.id);
  await expect(page.getByText(second.title)).toBeHidden();
  await staff.withdraw(first.id);
});

test("an urgent notice stands before the page until it is acknowledged", async ({ page, staff }) => {
  await page.goto("/");
  await begin(page, staff);
  const notice = await staff.pushNotice({ title: unique("Recall of kettles"), body: "Do not use them. See https://example.com/recall", level: "urgent", audience: "customers" });
  const dialog = page.getByRole("alertdialog", { name: notice.title });
  await expect(dialog).toBeVisible();
  for (const key of ["Enter", " ", "Escape", "Escape"]) await page.keyboard.press(key);
  await expect(dialog).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  await dialog.getByRole("button", { name: "Got it" }).click();
  await expect(dialog).toBeHidden();
  await page.reload();
  await expect(log(page)).toBeVisible();
  await expect(dialog).toBeHidden();
  await staff.withdraw(notice.id);
});
