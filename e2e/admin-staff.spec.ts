import { confirm, expect, line, signIn, test, unique } from "./admin.ts";

test("an account is made with a password that is shown once, and signs in with it", async ({ openAdmin, openPage }) => {
  const page = await openAdmin("/admin/staff");
  const name = unique("Newcomer");
  const email = `${unique("newcomer").replace(" ", "-")}@example.test`;
  await page.getByRole("button", { name: "New account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create account" }).click();
  await expect(dialog.getByText("Enter a name of at most 80 characters.")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("E-mail", { exact: true }).fill(email);
  await dialog.getByRole("button", { name: "Create account" }).click();
  await expect(dialog.getByText("Copy the password now")).toBeVisible();
  const password = await dialog.getByLabel("Password", { exact: true }).inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(line(page, email)).toContainText("Agent");
  await expect(line(page, email)).toContainText("Active");

  const newcomer = await openPage("/sign-in", { locale: "en-GB" });
  await signIn(newcomer, { email, password });
  await newcomer.waitForURL(/\/console/u);
});

test("an e-mail address that is taken is said at its field", async ({ openAdmin, hire, expectError }) => {
  expectError(409);
  const { email } = await hire();
  const page = await openAdmin("/admin/staff");
  await page.getByRole("button", { name: "New account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Twice");
  await dialog.getByLabel("E-mail", { exact: true }).fill(email);
  await dialog.getByRole("button", { name: "Create account" }).click();
  await expect(dialog.getByText("Another account has this e-mail address already.")).toBeVisible();
});

test("a reset password ends the old one at once, and the new one is shown once", async ({ openAdmin, openPage, openConsole, hire, expectError }) => {
  expectError(401);
  const agent = await hire();
  const console = await openConsole(agent);
  const page = await openAdmin("/admin/staff");
  await page.getByRole("button", { name: `Actions for ${agent.name}` }).click();
  await page.getByRole("menuitem", { name: "Reset password" }).click();
  await confirm(page, "Reset password");
  const dialog = page.getByRole("dialog").filter({ hasText: "New password" });
  const password = await dialog.getByLabel("Password", { exact: true }).inputValue();
  expect(password).not.toBe(agent.password);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(console.getByText("Your sign-in was withdrawn.")).toBeVisible();

  const again = await openPage("/sign-in", { locale: "en-GB" });
  await signIn(again, agent);
  await expect(again.getByRole("alert").first()).toBeVisible();
  await signIn(again, { email: agent.email, password });
  await again.waitForURL(/\/console/u);
});

test("a disabled account is signed out within seconds, and may come back once it is enabled", async ({ openAdmin, openPage, openConsole, hire, expectError }) => {
  expectError(/status of 40[13]/u);
  const agent = await hire();
  const console = await openConsole(agent);
  const page = await openAdmin("/admin/staff");
  const choose = async (item: string) => {
    await page.getByRole("button", { name: `Actions for ${agent.name}` }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await choose("Disable account");
  await confirm(page, "Disable account");
  await expect(line(page, agent.email)).toContainText("Disabled");
  await expect(console.getByText("Your sign-in was withdrawn.")).toBeVisible();

  const again = await openPage("/sign-in", { locale: "en-GB" });
  await signIn(again, agent);
  await expect(again.getByRole("alert").first()).toBeVisible();
  await choose("Enable account");
  await expect(line(page, agent.email)).toContainText("Active");
  await signIn(again, agent);
  await again.waitForURL(/\/console/u);
});

test("an agent who is made an admin opens these pages, and no longer after", async ({ openAdmin, openPage, hire, expectError }) => {
  // The sign-in that ended, and the page that is not for agents.
  expectError(/status of 40[14]/u);
  const agent = await hire();
  const page = await openAdmin("/admin/staff");
  const choose = async (item: string) => {
    await page.getByRole("button", { name: `Actions for ${agent.name}` }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await confirm(page, item);
  };
  await choose("Make admin");
  await expect(line(page, agent.email).getByText("Admin", { exact: true }).last()).toBeVisible();
  const promoted = await openPage("/admin/staff", { locale: "en-GB" });
  await signIn(promoted, agent);
  await expect(promoted.getByRole("heading", { level: 1, name: "Staff accounts" })).toBeVisible();
  await choose("Make agent");
  await expect(line(page, agent.email).getByText("Agent", { exact: true }).last()).toBeVisible();
  await promoted.getByRole("button", { name: "Sign in again" }).click();
  await signIn(promoted, agent);
  await expect(promoted.getByRole("link", { name: "Go to the agent console" })).toBeVisible();
});
