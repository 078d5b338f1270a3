import { begin, box, expect, log, test, unique, write } from "./customer.ts";

test("what is written without a line is shown, kept over a reload and sent once", async ({ page, context, staff, expectError }) => {
  expectError(/ERR_INTERNET_DISCONNECTED|WebSocket/u);
  await page.goto("/");
  const conversationId = await begin(page, staff);
  await context.setOffline(true);
  await expect(page.locator("[data-connection=offline]")).toContainText("saved on this device");
  const texts = [1, 2, 3, 4, 5].map((n) => unique(`kept ${n}`));
  for (const text of texts) await write(page, text);
  await expect(log(page).locator("[data-pending]")).toHaveCount(5);
  await expect(log(page).getByText("Will be sent once you’re online")).toBeVisible();
  await box(page).fill("still thinking");

  // The page itself must load again: only the way to the server stays closed.
  await page.routeWebSocket(/socket\.io/u, (socket) => void socket.close());
  await page.route(/\/(socket\.io|api\/v1)\//u, (route) => route.abort());
  expectError(/ERR_FAILED|ERR_ABORTED/u);
  await context.setOffline(false);
  await page.reload();
  for (const text of texts) await expect(log(page).getByText(text)).toBeVisible();
  await expect(box(page)).toHaveValue("still thinking");

  const again = await context.newPage();
  await page.close();
  await again.goto("/");
  for (const text of texts) await staff.hear(text);
  await expect(log(again).locator("[data-pending]")).toHaveCount(0);
  for (const text of texts) await expect(log(again).getByText(text)).toHaveCount(1);
  const { messages } = await staff.call("conversation:sync", { conversationId, after: 1, limit: 50 });
  expect(messages.map((message) => "text" in message && message.text)).toEqual(texts);
});

test("a refused message keeps its text and may be sent again or let go", async ({ page, staff, expectError }) => {
  await page.goto("/");
  await begin(page, staff);
  expectError(413);
  const tooLarge = { code: "too_large", message: "Too large.", retryable: false, requestId: "test" };
  await page.route("**/api/v1/attachments", (route) => route.fulfill({ status: 413, contentType: "application/problem+json", body: JSON.stringify(tooLarge) }), { times: 1 });
  const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await page.locator("input[type=file]").setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: dot });
  const words = unique("with a picture");
  await write(page, words);
  const failed = page.locator("[data-pending]").filter({ hasText: words });
  await expect(failed.getByRole("alert")).toContainText("Not sent.");
  await failed.getByRole("button", { name: "Try again" }).click();
  expect((await staff.hear(words)).attachments).toHaveLength(1);
});
