import { confirm, expect, line, row, test, unique } from "./admin.ts";

test("an admin lets an agent receive and no longer receive, which the agent sees at once", async ({ openAdmin, openConsole, hire, visit }) => {
  const agent = await hire();
  const page = await openAdmin("/admin/waiters");
  const receives = page.getByRole("switch", { name: `${agent.name} receives customers` });
  await expect(line(page, agent.name)).toContainText("Offline");
  await expect(receives).not.toBeChecked();
  const console = await openConsole(agent);
  await expect(line(page, agent.name)).toContainText("Online");
  await receives.click();
  await expect(receives).toBeChecked();
  await expect(console.getByRole("switch", { name: "Receive customers" })).toBeChecked();

  const customer = await visit();
  const text = unique("Anyone there?");
  await customer.say(text);
  await expect(row(console, customer.name)).toContainText(text);

  await receives.click();
  await expect(receives).not.toBeChecked();
  await expect(console.getByRole("switch", { name: "Receive customers" })).not.toBeChecked();
});

test("connections come and go by themselves, and one can be ended", async ({ openAdmin, visit }) => {
  const page = await openAdmin("/admin/sessions");
  const title = unique("Teapots");
  const [stays, goes] = [await visit(unique("Customer"), { url: "https://shop.example/teapots", title }), await visit()];
  await expect(line(page, stays.name)).toContainText(title);
  await expect(line(page, goes.name)).toHaveCount(1);
  goes.close();
  await expect(line(page, goes.name)).toHaveCount(0, { timeout: 20_000 });

  await page.getByRole("button", { name: `Disconnect ${stays.name}` }).click();
  await confirm(page, "Disconnect");
  await expect(page.getByText(`${stays.name} was disconnected`)).toBeVisible();
  await expect(line(page, stays.name)).toHaveCount(0);
});

test("the list of connections can be narrowed to one role", async ({ openAdmin, visit }) => {
  const page = await openAdmin("/admin/sessions");
  const customer = await visit();
  await expect(line(page, customer.name)).toHaveCount(1);
  await page.getByText("Admins", { exact: true }).click();
  await expect(line(page, customer.name)).toHaveCount(0);
  await expect(line(page, "Admin").first()).toBeVisible();
  await page.getByText("Customers", { exact: true }).click();
  await expect(line(page, customer.name)).toHaveCount(1);
});
