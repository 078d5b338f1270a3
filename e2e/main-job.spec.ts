import type { Page } from "@playwright/test";

import { makePicture } from "#server/testing/pictures.ts";

import { expect, test } from "./fixtures.ts";
import { admin } from "./people.ts";

/* Signs in as the owner and goes on to the page that was asked for. */
async function signIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const write = async (page: Page, text: string): Promise<void> => {
  const box = page.getByRole("textbox").last();
  await box.fill(text);
  await box.press("Enter");
};

/* The text as a message in a conversation, not as a preview in a list. */
const inLog = (page: Page, text: string) => page.getByRole("log").getByText(text);

test("a customer asks, a waiter answers with a picture, an admin tells both", async ({ openPage }) => {
  const question = `Is the blue cup in stock? ${Date.now()}`;
  const customer = await openPage("/", { viewport: { width: 390, height: 844 }, locale: "en-GB" });
  await write(customer, question);
  await expect(inLog(customer, question)).toBeVisible();

  const waiter = await openPage("/console", { locale: "en-GB" });
  await signIn(waiter);
  const receive = waiter.getByRole("button", { name: "Start receiving" });
  await waiter.getByText(question).first().click();
  if (await receive.first().isVisible()) await receive.first().click();
  await expect(inLog(waiter, question)).toBeVisible();

  const answer = `Yes, twelve of them. ${Date.now()}`;
  await write(waiter, answer);
  await expect(inLog(customer, answer)).toBeVisible();
  await waiter.locator("input[type=file]").first().setInputFiles({ name: "cup.png", mimeType: "image/png", buffer: await makePicture("png", { width: 640, height: 480 }) });
  await waiter.getByRole("textbox").last().press("Enter");
  const picture = customer.getByRole("log").locator("img[src*='/api/v1/attachments/']");
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);

  await customer.reload();
  await expect(inLog(customer, question)).toBeVisible();
  await expect(inLog(customer, answer)).toBeVisible();
  await expect(picture).toBeVisible();

  const title = `Closed on Friday ${Date.now()}`;
  const made = await waiter.evaluate(async (noticeTitle) => {
    const json = { "content-type": "application/json" };
    const { token } = await (await fetch("/api/v1/auth/token", { method: "POST", headers: json, body: "{}" })).json();
    const headers = { ...json, authorization: `Bearer ${token}` };
    const body = JSON.stringify({ title: noticeTitle, body: "We are back on Saturday.", level: "info", audience: "everyone" });
    const notice = await (await fetch("/api/v1/notices", { method: "POST", headers, body })).json();
    const pushed = await fetch(`/api/v1/notices/${notice.id}/push`, { method: "POST", headers, body: "{}" });
    return pushed.status;
  }, title);
  expect(made).toBe(200);
  await expect(customer.getByText(title).first()).toBeVisible();
  await expect(waiter.getByText(title).first()).toBeVisible();
});

test("what is written without a line survives a reload and is sent once", async ({ openPage }) => {
  const customer = await openPage("/", { locale: "en-GB" });
  await write(customer, "first");
  await expect(inLog(customer, "first")).toBeVisible();
  // Requests and sockets fail from here on, the page itself still loads.
  await customer.route(/\/api\/v1\//u, (route) => route.abort());
  await customer.routeWebSocket(/socket\.io/u, (socket) => socket.close());
  await customer.route(/\/socket\.io\//u, (route) => route.abort());
  await customer.reload();
  for (const n of [1, 2, 3, 4, 5]) await write(customer, `kept ${n}`);
  await expect(inLog(customer, "kept 5")).toBeVisible();
  await customer.reload();
  await expect(inLog(customer, "kept 5")).toBeVisible();
  await customer.unrouteAll();
  const context = customer.context();
  const again = await context.newPage();
  await again.goto("/");
  await expect(inLog(again, "kept 5")).toBeVisible();
  await expect.poll(() => again.evaluate(async () => {
    const databases = await indexedDB.databases();
    return databases.length;
  })).toBeGreaterThan(0);
  for (const n of [1, 2, 3, 4, 5]) await expect(inLog(again, `kept ${n}`)).toHaveCount(1);
});

test("a wrong password is told, and nothing else", async ({ page, expectError }) => {
  expectError(401);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill("wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toBeVisible();
  await expect(page).toHaveURL(/sign-in/u);
});
