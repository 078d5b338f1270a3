import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import { admin } from "./people.ts";

/* The examples that are pages, as a developer opens them. Those that are programs are run by examples/*.test.ts. */

type Answer = { token: string; user: { id: string } };

async function post(page: Page, path: string, { body = {}, token }: { body?: object; token?: string } = {}): Promise<Answer> {
  const answer = await page.request.post(`/api/v1/${path}`, { data: body, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  expect(answer.ok(), path).toBe(true);
  return answer.json();
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a page without a library talks over /rayim: texts, pictures, heartbeats", async ({ page: caller, openPage, expectError }) => {
  // The icon that browsers ask for at an address that is no page.
  expectError(404);
  const guest = await post(caller, "auth/guest", { body: { name: "Lin" } });
  const staff = await post(caller, "auth/login", { body: admin });
  // At an address of this origin, as if the shop served it; the policy of what stands there otherwise is not the page's.
  const page = await openPage(`/livez?token=${guest.token}`, { bypassCSP: true });
  await page.setContent(await readFile("examples/rayim.html", "utf8"));
  await expect(page.locator("body")).toHaveAttribute("data-alive", /Z$/);

  await page.getByLabel("Message").fill("<b>在吗</b> & co");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.locator("li.self")).toHaveText(["<b>在吗</b> & co"]);
  await page.getByLabel("Picture").setInputFiles({
    name: "dot.png", mimeType: "image/png",
    buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
  });
  const picture = page.locator("li.self img");
  await expect(picture).toHaveAttribute("src", /\/api\/v1\/attachments\//);
  await expect.poll(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBe(1);

  await post(caller, "messages", { token: staff.token, body: { to: { userIds: [guest.user.id] }, clientMsgId: crypto.randomUUID(), kind: "text", text: "Yes <i>we</i> are" } });
  await expect(page.locator("li:not(.self)")).toHaveText([/: Yes <i>we<\/i> are$/]);
});

test("a customer's page and an agent's talk over STOMP, the agent known by the cookie", async ({ openPage }) => {
  const customer = await openPage("/v1/index.html");
  await expect(customer.getByRole("status")).toHaveText("Connected");
  const agent = await openPage("/v1/admin.html");
  await expect(agent.getByRole("status")).toHaveText("Connected");
  await agent.getByRole("link", { name: "Sign in" }).click();
  await signIn(agent);
  await agent.waitForURL("**/v1/admin.html");
  await expect(agent.getByRole("status")).toHaveText("Connected");
  const registered = await agent.evaluate(async () => {
    const { token }: { token: string } = await (await fetch("/api/v1/auth/token", { method: "POST" })).json();
    return (await fetch("/api/v1/waiters/me", { method: "PUT", headers: { authorization: `Bearer ${token}` } })).status;
  });
  expect(registered).toBe(200);

  const question = `Is <b>anybody</b> there? ${Date.now()}`;
  await customer.getByLabel("Message").fill(question);
  await customer.getByRole("button", { name: "Send" }).click();
  await expect(customer.locator("li.own")).toHaveText([question]);
  await agent.getByRole("button", { name: question }).click();
  await agent.getByLabel("Message").fill("I <i>am</i>");
  await agent.getByRole("button", { name: "Send" }).click();
  await expect(customer.locator("li:not(.own)")).toHaveText(["I <i>am</i>"]);

  const toAll = `To all of you ${Date.now()}`;
  await agent.getByLabel("To", { exact: true }).fill("");
  await agent.getByLabel("Message").fill(toAll);
  await agent.getByRole("button", { name: "Send" }).click();
  await expect(agent.locator("li").filter({ hasText: toAll })).not.toHaveCount(0);
});
