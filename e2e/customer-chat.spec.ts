import { begin, box, expect, log, test, unique, write } from "./customer.ts";

test("a guest asks, sees who answers, and finds it all again on return", async ({ page, staff }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Hello! How can we help?" })).toBeVisible();
  await expect(page.getByRole("banner")).toContainText("Write to us, we answer here");
  const question = unique("Where is my parcel?");
  const conversationId = await begin(page, staff, question);
  await expect(log(page).getByText(question)).toBeVisible();
  await expect(box(page)).toHaveValue("");
  await expect(box(page)).toBeFocused();

  await staff.call("conversation:claim", { conversationId });
  await expect(page.getByRole("banner")).toContainText("is helping you");
  await staff.call("typing", { conversationId, on: true });
  await expect(page.getByRole("banner")).toContainText("is typing");
  await expect(page.locator("[data-typing]")).toBeVisible();
  const answer = unique("It arrives today.");
  await staff.say(conversationId, answer);
  await expect(log(page).getByText(answer)).toBeVisible();
  await expect(page.locator("[data-typing]")).toBeHidden();

  await page.reload();
  await expect(log(page).getByText(question)).toBeVisible();
  await expect(log(page).getByText(answer)).toBeVisible();
});

test("my last message tells how far it came", async ({ page, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  await expect(log(page).getByRole("img", { name: "Sent" })).toBeVisible();
  await staff.call("conversation:read", { conversationId, delivered: 1 });
  await expect(log(page).getByRole("img", { name: "Delivered" })).toBeVisible();
  await staff.call("conversation:read", { conversationId, read: 1 });
  await expect(log(page).getByText("Read", { exact: true })).toBeVisible();
});

test("the staff learn that I read only what I looked at for a second", async ({ page, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  const answer = await staff.say(conversationId, unique("Answer"));
  const readUpTo = async () => (await staff.call("conversation:read", { conversationId })).receipts.customer.read;
  await expect(log(page).getByText(answer.text)).toBeVisible();
  expect(await readUpTo()).toBeLessThan(answer.seq);
  await expect.poll(readUpTo).toBe(answer.seq);
});

test("a message can be changed, recalled and taken up again", async ({ page, staff }) => {
  await page.goto("/");
  const wrong = unique("Tow cups");
  const conversationId = await begin(page, staff, wrong);
  await box(page).press("ArrowUp");
  await expect(page.getByText("Editing", { exact: true })).toBeVisible();
  const right = unique("Two cups");
  await box(page).fill(right);
  await box(page).press("Enter");
  await expect(log(page).getByText(right)).toBeVisible();
  await expect(log(page).getByText("Edited")).toBeVisible();

  await log(page).getByText(right).hover();
  await page.getByRole("button", { name: "Message actions" }).click();
  const menu = page.getByRole("menu");
  await expect(menu.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(menu.getByRole("menuitem", { name: "Recall" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(log(page).getByText("You recalled a message")).toBeVisible();
  await expect(log(page).getByText(right)).toBeHidden();
  const { messages } = await staff.call("conversation:sync", { conversationId, after: 0, limit: 10 });
  expect(messages[0]).toMatchObject({ text: "" });
  await page.getByRole("button", { name: "Write it again" }).click();
  await expect(box(page)).toHaveValue(right);
});

test("who waits may ask the staff to hurry, once a minute", async ({ page, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  await expect(log(page).getByRole("img", { name: "Sent" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Please hurry" })).toBeHidden();
  await page.getByRole("button", { name: "Please hurry" }).click({ timeout: 40_000 });
  expect((await staff.urged()).conversationId).toBe(conversationId);
  await expect(page.getByText("We’ve told them you’re waiting.")).toBeVisible();
});

test("links can be opened and nothing else in a text is markup", async ({ page, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  await staff.say(conversationId, `<img src=x onerror=alert(1)> see https://example.com/a?b=1, or javascript:alert(1) ${"w".repeat(300)}`);
  const link = log(page).getByRole("link");
  await expect(link).toHaveAttribute("href", "https://example.com/a?b=1");
  await expect(link).toHaveAttribute("rel", "noopener noreferrer nofollow");
  await expect(log(page).getByText("<img src=x onerror=alert(1)>")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test("a draft is kept, and the room that is left is told when it matters", async ({ page }) => {
  await page.goto("/");
  await box(page).fill("half a thought");
  await page.reload();
  await expect(box(page)).toHaveValue("half a thought");
  const send = page.getByRole("button", { name: "Send" });
  await expect(send).toBeEnabled();
  await box(page).fill("x".repeat(3_900));
  await expect(page.getByText("100 characters left")).toBeVisible();
  await box(page).fill("x".repeat(4_001));
  await expect(page.getByText("1 character too many")).toBeVisible();
  await expect(send).toBeDisabled();
  await box(page).fill("  \n ");
  await expect(send).toBeDisabled();
});

test("two tabs are one guest and show the same once", async ({ page, context, staff }) => {
  await page.goto("/");
  const other = await context.newPage();
  await other.goto("/");
  const text = unique("From the first tab");
  const conversationId = await begin(page, staff, text);
  await expect(log(other).getByText(text)).toHaveCount(1);
  const reply = unique("From the second tab");
  await write(other, reply);
  expect((await staff.hear(reply)).conversationId).toBe(conversationId);
  await expect(log(page).getByText(reply)).toHaveCount(1);
  await expect(log(other).getByText(reply)).toHaveCount(1);
});
