import { begin, box, expect, log, test } from "./customer.ts";

test("an input method's Enter picks a word and never sends half of it", async ({ page, staff }) => {
  await page.goto("/");
  await begin(page, staff);
  await box(page).focus();
  const browser = await page.context().newCDPSession(page);
  await browser.send("Input.imeSetComposition", { text: "ni hao", selectionStart: 6, selectionEnd: 6 });
  await browser.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 });
  await browser.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
  await expect(box(page)).toHaveValue("ni hao");
  await browser.send("Input.insertText", { text: "你好" });
  await expect(box(page)).toHaveValue("你好");
  await expect(log(page).locator("[data-seq], [data-pending]")).toHaveCount(1);

  // Safari's order: the key that confirms comes after the end of the composition, without a sign of it but its code.
  await box(page).evaluate((field) => {
    field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "你好" }));
    field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "Enter", keyCode: 229, cancelable: true }));
  });
  await expect(box(page)).toHaveValue("你好");
  await box(page).press("Shift+Enter");
  await expect(box(page)).toHaveValue("你好\n");
  await box(page).press("Enter");
  await expect(log(page).getByText("你好")).toBeVisible();
});

test("the field grows to six lines, then scrolls", async ({ page }) => {
  await page.goto("/");
  const height = () => box(page).evaluate((field) => field.clientHeight);
  const one = await height();
  await box(page).fill(Array.from({ length: 6 }, (_, n) => `line ${n}`).join("\n"));
  const six = await height();
  expect(six).toBeGreaterThan(one * 3);
  await box(page).fill(Array.from({ length: 30 }, (_, n) => `line ${n}`).join("\n"));
  expect(await height()).toBe(six);
});

test("everything fits into 360 px above an open keyboard", async ({ openPage, staff }) => {
  const phone = await openPage("/", { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, locale: "en-GB" });
  const conversationId = await begin(phone, staff);
  const last = await staff.say(conversationId, "The last words before the keyboard opened. ".repeat(6));
  await expect(log(phone).getByText(last.text.trim())).toBeVisible();
  await phone.setViewportSize({ width: 360, height: 320 });
  await expect(box(phone)).toBeInViewport({ ratio: 1 });
  await expect(phone.getByRole("button", { name: "Send" })).toBeInViewport({ ratio: 1 });
  const bottom = await phone.locator(`[data-seq="${last.seq}"]`).evaluate((row) => row.getBoundingClientRect().bottom);
  expect(bottom).toBeLessThanOrEqual((await box(phone).boundingBox())?.y ?? 0);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await box(phone).evaluate((field) => getComputedStyle(field).fontSize)).toBe("16px");
});
