import { expect, log, open, row, test, unique, type Customer } from "./console.ts";

async function sayMany(customer: Customer, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await customer.say(`line ${n} ${"of a longer text that takes its room ".repeat(n % 4)}`);
}

test("history comes backwards without a jump", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  await sayMany(customer, 140);
  await open(page, customer.name);
  const scroller = page.locator("[data-messages]");
  await page.keyboard.press("Alt+L");
  await expect(log(page).getByText("line 140")).toBeVisible();

  // Scrolls up, then follows a row that is in sight through the next frames: it must not move by itself.
  for (let round = 0; round < 12; round += 1) {
    const moved = await scroller.evaluate(async (box) => {
      const frame = () => new Promise((done) => {
        requestAnimationFrame(done);
      });
      box.scrollBy(0, -900);
      await frame();
      await frame();
      const seen = () => [...box.querySelectorAll("[data-seq]")];
      const edge = box.getBoundingClientRect().top + 40;
      const followed = seen().find((one) => one.getBoundingClientRect().top > edge);
      const seq = followed?.getAttribute("data-seq");
      const before = followed?.getBoundingClientRect().top ?? 0;
      let most = 0;
      for (let frames = 0; frames < 20; frames += 1) {
        await frame();
        const top = seen().find((one) => one.getAttribute("data-seq") === seq)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
        most = Math.max(most, Math.abs(top - before));
      }
      return most;
    });
    expect(moved).toBeLessThanOrEqual(1);
  }
  await scroller.evaluate((box) => box.scrollTo(0, 0));
  await expect(log(page).getByText("line 1 of", { exact: false }).first()).toBeVisible();
  await expect(page.getByText(/Conversation started/u)).toBeVisible();
});

test("new messages wait below while one reads further up", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  await sayMany(customer, 40);
  await open(page, customer.name);
  await expect(log(page).getByText("line 40")).toBeVisible();
  // Whatever is unread yet would be counted as new.
  await expect(row(page, customer.name).getByText("unread")).toHaveCount(0);
  const scroller = page.locator("[data-messages]");
  await scroller.hover();
  await page.mouse.wheel(0, -600);
  await expect(page.getByRole("button", { name: "Jump to the latest" })).toBeVisible();
  const place = await scroller.evaluate((box) => box.scrollTop);
  await customer.say("one more");
  await customer.say("and another");
  await expect(page.getByRole("button", { name: "2 new messages" })).toBeVisible();
  expect(await scroller.evaluate((box) => box.scrollTop)).toBe(place);
  await page.getByRole("button", { name: "2 new messages" }).click();
  await expect(log(page).getByText("and another")).toBeInViewport();
});

test("what is looked at for a second counts as read, on every screen of the agent", async ({ hire, visit, openConsole }) => {
  const agent = await hire();
  const [page, other] = [await openConsole(agent), await openConsole(agent)];
  const customer = await visit();
  const { conversationId } = await customer.say(unique("Hello"));
  await expect(row(other, customer.name).getByText("1 unread")).toBeAttached();
  await open(page, customer.name);
  await page.bringToFront();
  await expect(row(page, customer.name).getByText("unread")).toHaveCount(0);
  await expect(row(other, customer.name).getByText("unread")).toHaveCount(0);
  const marks = async () => (await customer.call("conversation:read", { conversationId, read: 0 })).receipts.staff.read;
  await expect.poll(marks).toBe(1);
});

test("a conversation opens at its first unread message", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  await page.getByRole("button", { name: "Start receiving" }).click();
  const customer = await visit();
  await sayMany(customer, 12);
  await open(page, customer.name);
  await expect(row(page, customer.name).getByText("unread")).toHaveCount(0);
  const other = await visit();
  await other.say("Hello");
  await open(page, other.name);
  for (let n = 1; n <= 20; n += 1) await customer.say(`later ${n}`);
  await expect(row(page, customer.name).getByText("20 unread")).toBeAttached();
  await open(page, customer.name);
  await expect(page.getByText("New messages", { exact: true })).toBeInViewport();
  await expect(log(page).getByText("later 1", { exact: true })).toBeInViewport();
});

test("an opened conversation is there at once the second time", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const [ann, bob] = [await visit(), await visit()];
  const [first, second] = [unique("first"), unique("second")];
  await ann.say(first);
  await bob.say(second);
  await open(page, ann.name);
  await expect(log(page).getByText(first)).toBeVisible();
  await open(page, bob.name);
  await expect(log(page).getByText(second)).toBeVisible();
  const took = await row(page, ann.name).evaluate(async (link, text) => {
    const begun = performance.now();
    if (link instanceof HTMLElement) link.click();
    while (!(document.querySelector("[role=log]")?.textContent ?? "").includes(text)) {
      await new Promise((done) => {
        requestAnimationFrame(done);
      });
    }
    return performance.now() - begun;
  }, first);
  // 100 ms on a quiet machine; the tests run two at a time on two cores.
  expect(took).toBeLessThan(400);
});
