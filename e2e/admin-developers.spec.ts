import type { Page } from "@playwright/test";

import { seriousFindings } from "./accessibility.ts";
import { expect, test } from "./fixtures.ts";
import { admin } from "./people.ts";

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function expectNoFindings(page: Page): Promise<void> {
  expect(await seriousFindings(page)).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`an admin makes an API key, which works until it is revoked, ${colorScheme}`, async ({ openPage, baseURL }) => {
    const name = `Orders ${colorScheme} ${Date.now()}`;
    const page = await openPage("/admin/api-keys", { colorScheme, locale: "en-GB" });
    await signIn(page);
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await expect(dialog.getByText("Choose at least one right.")).toBeVisible();
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByLabel("Read", { exact: true }).check();
    await dialog.getByLabel("Messages").check();
    await expectNoFindings(page);
    await dialog.getByRole("button", { name: "Create key" }).click();
    const key = await dialog.getByLabel("Key", { exact: true }).inputValue();
    expect(key).toMatch(/^xk_/);
    await expectNoFindings(page);
    await dialog.getByRole("button", { name: "Done" }).click();

    const use = () => fetch(`${baseURL}/api/v1/waiters`, { headers: { Authorization: `Bearer ${key}` } });
    expect((await use()).status).toBe(200);
    await page.reload();
    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row).toContainText("Messages");
    await expect(row).not.toContainText("Never");
    await expect(page.getByText(key)).toHaveCount(0);
    await expectNoFindings(page);
    await row.getByRole("button", { name: `Revoke ${name}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
    await expect(row).toHaveCount(0);
    expect((await use()).status).toBe(401);
  });

  test(`an admin adds a webhook and sees what becomes of a delivery, ${colorScheme}`, async ({ openPage, expectError }) => {
    // The address that is refused.
    expectError(400);
    const address = `https://hooks.example.test/${colorScheme}-${Date.now()}`;
    const page = await openPage("/admin/webhooks", { colorScheme, locale: "en-GB" });
    await signIn(page);
    await page.getByRole("button", { name: "New webhook" }).click();
    const dialog = page.getByRole("dialog");
    for (const wrong of ["hooks", "http://127.0.0.1/", "https://10.0.0.1/x"]) {
      await dialog.getByLabel("Address").fill(wrong);
      await dialog.getByRole("button", { name: "Create webhook" }).click();
      await expect(dialog.getByText("Enter a whole https or http address")).toBeVisible();
    }
    await dialog.getByLabel("Address").fill(address);
    for (const event of ["customer.created", "message.created"]) await dialog.getByLabel(event).uncheck();
    await expectNoFindings(page);
    await dialog.getByRole("button", { name: "Create webhook" }).click();
    expect(await dialog.getByLabel("Secret").inputValue()).toMatch(/^whsec_/);
    await dialog.getByRole("button", { name: "Done" }).click();

    await page.getByRole("link", { name: address }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(address);
    await page.getByRole("button", { name: "Send a test" }).click();
    const row = page.getByRole("row").filter({ hasText: "webhook.test" });
    // The name leads nowhere: it is tried again later.
    await expect(row).toContainText(/\d+ attempts?/, { timeout: 20_000 });
    await expect(row).toContainText("On its way");
    await expect(row).toContainText("No answer");
    await expectNoFindings(page);
    await row.getByRole("button", { name: "Send webhook.test again" }).click();
    await expect(page.getByText("It is on its way again")).toBeVisible();

    await page.getByRole("button", { name: `Actions for ${address}` }).click();
    await page.getByRole("menuitem", { name: "Switch off" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Switch off" }).click();
    await expect(page.getByText("Off", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: `Actions for ${address}` }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Webhooks" })).toBeVisible();
    await expect(page.getByRole("link", { name: address })).toHaveCount(0);
  });
}
