import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import { admin } from "./people.ts";

/* What is serious or worse, by rule and place. */
async function findings(page: Page): Promise<string[]> {
  // Half faded in, a text has half its contrast: judge what stays.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished)));
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`the pages for staff have no serious findings, ${colorScheme}`, async ({ openPage }) => {
    const customer = await openPage("/", { locale: "en-GB" });
    const question = `Does it fit? ${Date.now()}`;
    const box = customer.getByRole("textbox").last();
    await box.fill(question);
    await box.press("Enter");
    await expect(customer.getByRole("log").getByText(question)).toBeVisible();
    const page = await openPage("/console", { colorScheme, locale: "en-GB" });
    await signIn(page);
    await page.getByText(question).first().click();
    await expect(page.getByRole("log").getByText(question)).toBeVisible();
    expect(await findings(page), "/console").toEqual([]);
    for (const path of ["/admin/notices", "/admin/staff", "/admin/waiters", "/admin/sessions"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await findings(page), path).toEqual([]);
    }
  });
}
