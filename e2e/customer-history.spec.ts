import { begin, expect, log, test, unique, write } from "./customer.ts";

test("history comes back without a jump, and stays where it is read while messages come in", async ({ page, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  for (let n = 1; n <= 150; n += 1) await staff.say(conversationId, `line ${n}\n${"more ".repeat(n % 9)}`);
  await page.reload();
  const scroller = log(page);
  await expect(scroller.getByText("line 150")).toBeVisible();
  expect(await scroller.evaluate((box) => box.scrollTop)).toBe(0);
  const shown = () => page.locator("[data-seq]").count();
  const before = await shown();
  expect(before).toBeLessThan(120);

  // Scrolls up far enough that an earlier page is fetched, and follows one row over all that happens above and below it.
  await scroller.evaluate((box) => box.scrollTo({ top: -(box.scrollHeight - box.clientHeight) + 700 }));
  const row = await scroller.evaluate((box) => {
    const edge = box.getBoundingClientRect().top;
    return [...box.querySelectorAll("[data-seq]")].find((one) => one.getBoundingClientRect().top > edge)?.getAttribute("data-seq");
  });
  const place = () => page.locator(`[data-seq="${row}"]`).evaluate((one) => one.getBoundingClientRect().top);
  const start = await place();
  await expect.poll(shown).toBeGreaterThan(before);
  expect(Math.abs((await place()) - start)).toBeLessThan(1);

  const late = unique("just came in");
  await staff.say(conversationId, late);
  await expect(page.getByRole("button", { name: "1 new message" })).toBeVisible();
  expect(Math.abs((await place()) - start)).toBeLessThan(1);
  await page.getByRole("button", { name: "1 new message" }).click();
  await expect(scroller.getByText(late)).toBeInViewport();
  await expect.poll(async () => (await staff.call("conversation:read", { conversationId })).receipts.customer.read).toBe(152);
});

test("what came while I was away stands below a line, and is counted in the title", async ({ page, context, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  await page.close();
  await staff.say(conversationId, "first");
  await staff.say(conversationId, "second");
  const back = await context.newPage();
  await back.goto("/");
  await expect(log(back).getByText("New messages")).toBeVisible();
  const order = await log(back).locator("[data-unread-line], [data-seq]").evaluateAll((rows) => rows.map((one) => one.getAttribute("data-seq") ?? "line"));
  expect(order).toEqual(["1", "line", "2", "3"]);
  await write(back, unique("Thanks"));
  await expect(log(back).getByText("New messages")).toBeHidden();
});

test("an answer to a window without the focus is counted in its title until one comes back", async ({ page, staff }) => {
  await page.addInitScript(() => {
    let focused = true;
    document.hasFocus = () => focused;
    addEventListener("test:focus", () => {
      focused = !focused;
      dispatchEvent(new Event(focused ? "focus" : "blur"));
    });
  });
  await page.goto("/");
  const conversationId = await begin(page, staff);
  await page.evaluate(() => dispatchEvent(new Event("test:focus")));
  await staff.say(conversationId, "Are you there?");
  await expect(page).toHaveTitle(/^\(1\)/u);
  await expect(log(page).getByText("New messages")).toBeVisible();
  await page.evaluate(() => dispatchEvent(new Event("test:focus")));
  await expect(page).toHaveTitle("Customer service");
});
