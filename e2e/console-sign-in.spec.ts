import { expect, signIn, test } from "./console.ts";

test("signing in leads to the page that was asked for, and nowhere else", async ({ hire, openPage }) => {
  const agent = await hire();
  const page = await openPage("/console?c=0199a000-0000-7000-8000-000000000000", { locale: "en-GB" });
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/u);
  await signIn(page, agent);
  await expect(page).toHaveURL(/\/console\?c=0199a000/u);

  await page.goto("/sign-in?callbackUrl=https%3A%2F%2Fexample.com%2F");
  await expect(page).toHaveURL(/\/console$/u);
});

test("what is missing is said at its field, and the focus goes there", async ({ openPage }) => {
  const page = await openPage("/sign-in", { locale: "en-GB" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await expect(page.getByText("Enter your e-mail address.")).toBeVisible();
  await page.getByLabel("E-mail").fill("someone");
  await page.getByLabel("Password", { exact: true }).fill("x");
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await expect(page.getByText("doesn’t look like an e-mail address")).toBeVisible();
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("type", "text");
});

test("a limit counts down and lets one try again afterwards", async ({ openPage, hire, expectError }) => {
  expectError(401);
  const agent = await hire();
  const page = await openPage("/sign-in", { locale: "en-GB" });
  let refuse = true;
  await page.route(/\/api\/auth\/callback\/credentials/u, (route) => {
    if (!refuse) return route.fallback();
    refuse = false;
    const url = `${new URL(page.url()).origin}/sign-in?error=rate_limited%3A2`;
    return route.fulfill({ status: 401, json: { url } });
  });
  await signIn(page, agent);
  const button = page.locator("button[type=submit]");
  await expect(page.getByRole("alert").filter({ hasText: "Too many failed attempts" })).toBeVisible();
  await expect(button).toBeDisabled();
  await expect(button).toHaveText(/Try again in 00:0\d/u);
  await expect(button).toBeEnabled();
  await button.click();
  await expect(page).toHaveURL(/\/console/u);
});

test("who signs out is told so, and the console asks to sign in again", async ({ hire, openConsole }) => {
  const page = await openConsole(await hire());
  await page.getByRole("button", { name: /account/u }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByText("You’re signed out.")).toBeVisible();
  await page.goto("/console");
  await expect(page).toHaveURL(/\/sign-in/u);
});

test("language and look change in place and stay", async ({ openPage }) => {
  const page = await openPage("/sign-in", { locale: "en-GB" });
  await page.getByLabel("E-mail").fill("half@");
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "登录小二" })).toBeVisible();
  await expect(page.locator("input[name=email]")).toHaveValue("half@");
  await page.getByRole("button", { name: /外观/u }).click();
  await page.getByRole("button", { name: /外观/u }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});
