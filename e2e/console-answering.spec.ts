import { expect, log, open, reply, row, test, unique } from "./console.ts";

test("a waiter receives, claims and answers; a colleague sees the same without a refresh", async ({ hire, visit, openConsole }) => {
  const [first, second] = [await hire(), await hire()];
  const [one, two] = [await openConsole(first), await openConsole(second)];
  await one.getByRole("button", { name: "Start receiving" }).click();
  await expect(one.getByRole("switch", { name: "Receive customers" })).toBeChecked();

  const customer = await visit();
  const question = unique("Do you deliver on Sunday?");
  await customer.say(question);
  await expect(row(one, customer.name)).toContainText(question);
  await expect(row(two, customer.name)).toContainText(question);
  await expect(one).toHaveTitle(/^\(\d+\) /u);

  await open(one, customer.name);
  await open(two, customer.name);
  await one.getByRole("button", { name: "Claim", exact: true }).click();
  await expect(one.getByText("Assigned to you")).toBeVisible();
  await expect(two.getByText(`Assigned to ${first.name}`).first()).toBeVisible();
  await expect(two.getByRole("button", { name: "Claim", exact: true })).toHaveCount(0);
  await expect(two.getByText(`${first.name} also looking`, { exact: false }).first()).toBeVisible();

  const answer = unique("Yes, until noon.");
  await reply(one, customer.name).fill(answer);
  await reply(one, customer.name).press("Enter");
  await expect(reply(one, customer.name)).toHaveValue("");
  await expect(reply(one, customer.name)).toBeFocused();
  await expect(log(two).getByText(answer)).toBeVisible();
  await expect.poll(() => customer.heard.some(({ text }) => text === answer)).toBe(true);

  const { seq } = customer.heard.find(({ text }) => text === answer) ?? { seq: 0 };
  await customer.call("conversation:read", { read: seq });
  await expect(log(one).getByText("Read", { exact: true })).toBeVisible();
});

test("only one of two who claim at once gets the conversation", async ({ hire, visit, openConsole }) => {
  const [one, two] = [await openConsole(await hire()), await openConsole(await hire())];
  const customer = await visit();
  await customer.say("Hello");
  await open(one, customer.name);
  await open(two, customer.name);
  const button = (page: typeof one) => page.getByRole("button", { name: "Claim", exact: true });
  await expect(button(one)).toBeVisible();
  await expect(button(two)).toBeVisible();
  // Whoever is later may find no button any more.
  const claim = (page: typeof one) => button(page).evaluateAll((found) => found.forEach((each) => each instanceof HTMLElement && each.click()));
  await Promise.all([claim(one), claim(two)]);
  const won = (page: typeof one) => page.getByText("Assigned to you").count();
  await expect.poll(async () => (await won(one)) + (await won(two))).toBe(1);
});

test("a conversation is handed to a colleague, put off, closed and reopened", async ({ hire, visit, openConsole }) => {
  const [first, second] = [await hire(), await hire()];
  const [one, two] = [await openConsole(first), await openConsole(second)];
  const customer = await visit();
  await customer.say("Hello");
  await open(one, customer.name);

  await one.getByRole("button", { name: "Transfer" }).click();
  await one.getByRole("menuitem", { name: second.name }).click();
  await expect(one.getByText(`Assigned to ${second.name}`).first()).toBeVisible();
  await two.getByRole("tab", { name: "Mine" }).click();
  await expect(row(two, customer.name)).toBeVisible();
  await expect(log(one).getByText(`${second.name} took the conversation`)).toBeVisible();

  await one.getByRole("button", { name: "Snooze" }).click();
  await one.getByRole("menuitem", { name: "In 1 hour" }).click();
  await expect(one.getByText(/Snoozed until/u)).toBeVisible();
  await one.getByRole("button", { name: "Handle it now" }).click();
  await expect(one.getByText(/Snoozed until/u)).toHaveCount(0);

  await one.keyboard.press("Alt+E");
  await expect(one.getByRole("button", { name: "Reopen" })).toBeVisible();
  await expect(row(two, customer.name)).toHaveCount(0);
  await one.getByRole("button", { name: "Undo" }).click();
  await expect(one.getByRole("button", { name: "Close", exact: true }).first()).toBeVisible();
});

test("a note never reaches the customer, and typing it neither", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  const { conversationId } = await customer.say("Hello");
  await open(page, customer.name);

  await page.keyboard.press("n");
  const note = page.getByRole("textbox", { name: "Write a note" });
  await expect(note).toBeFocused();
  const secret = unique("Known from last year");
  await note.pressSequentially(secret);
  await expect(page.getByRole("button", { name: "Save note" })).toBeEnabled();
  await page.keyboard.press("Alt+L");
  await expect(reply(page, customer.name)).toHaveValue(secret);
  await page.keyboard.press("Alt+P");
  await page.keyboard.press("Enter");
  await expect(log(page).getByText(secret)).toBeVisible();
  await expect(note).toBeFocused();

  await expect.poll(() => customer.heard.some(({ kind }) => kind === "hidden")).toBe(true);
  const { messages } = await customer.call("conversation:sync", { conversationId, after: 0 });
  expect(JSON.stringify([messages, customer.heard])).not.toContain(secret);
  expect(customer.typing).not.toContain(true);
});

test("typing shows on both sides and ends", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  const { conversationId } = await customer.say("Hello");
  await open(page, customer.name);
  await reply(page, customer.name).pressSequentially("One moment");
  await expect.poll(() => customer.typing.at(0)).toBe(true);
  await expect.poll(() => customer.typing.at(-1)).toBe(false);

  await customer.call("typing", { conversationId, on: true });
  await expect(page.getByText(`${customer.name} is typing…`)).toBeVisible();
  await expect(page.getByText(`${customer.name} is typing…`)).toHaveCount(0);
});

test("my messages can be changed and recalled", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  const { conversationId } = await customer.say("Hello");
  await open(page, customer.name);
  const [typo, right] = [unique("The adress is"), unique("The address is")];
  await reply(page, customer.name).fill(typo);
  await page.keyboard.press("Enter");
  await expect(log(page).locator("[data-seq]").getByText(typo)).toBeVisible();

  await page.keyboard.press("ArrowUp");
  const editor = page.getByRole("textbox", { name: "Edit message" });
  await expect(editor).toHaveValue(typo);
  await editor.fill(right);
  await editor.press("Enter");
  await expect(log(page).getByText(right)).toBeVisible();
  await expect(log(page).getByText("edited")).toBeVisible();
  await expect(reply(page, customer.name)).toBeFocused();

  await log(page).getByText(right).hover();
  await log(page).locator("[data-seq]").filter({ hasText: right }).getByRole("button", { name: "Message actions" }).click();
  await page.getByRole("menuitem", { name: "Recall" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Recall" }).click();
  await expect(log(page).getByText("You recalled a message")).toBeVisible();
  const { messages } = await customer.call("conversation:sync", { conversationId, after: 0 });
  expect(JSON.stringify(messages)).not.toContain(right);
});

test("an unsent text stays with its conversation, over a reload too", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const [ann, bob] = [await visit(), await visit()];
  await ann.say("Hello");
  await bob.say("Hello");
  await open(page, ann.name);
  await reply(page, ann.name).fill("Half a sentence");
  await open(page, bob.name);
  await expect(reply(page, bob.name)).toHaveValue("");
  await expect(row(page, ann.name)).toContainText("Half a sentence");
  await page.reload();
  await open(page, ann.name);
  await expect(reply(page, ann.name)).toHaveValue("Half a sentence");
});

test("an input method's Enter picks a word and never sends half of it", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  await customer.say("你好");
  await open(page, customer.name);
  const field = reply(page, customer.name);
  await field.focus();
  const browser = await page.context().newCDPSession(page);
  await browser.send("Input.imeSetComposition", { text: "zai de", selectionStart: 6, selectionEnd: 6 });
  await browser.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 });
  await browser.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
  await expect(field).toHaveValue("zai de");
  await browser.send("Input.insertText", { text: "在的" });
  await expect(field).toHaveValue("在的");
  await field.press("Shift+Enter");
  await expect(field).toHaveValue("在的\n");
  await field.press("Enter");
  await expect(field).toHaveValue("");
  await expect(log(page).getByText("在的")).toBeVisible();
});

test("pictures are pasted, sent and opened large", async ({ hire, visit, openConsole }) => {
  const page = await openConsole(await hire());
  const customer = await visit();
  await customer.say("Show me");
  await open(page, customer.name);
  await reply(page, customer.name).evaluate(async (field) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    canvas.getContext("2d")?.fillRect(0, 0, 200, 200);
    const blob = await new Promise<Blob | null>((done) => {
      canvas.toBlob(done, "image/png");
    });
    const clipboardData = new DataTransfer();
    if (blob !== null) clipboardData.items.add(new File([blob], "shot.png", { type: "image/png" }));
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(page.getByRole("button", { name: "Remove the image “shot.png”" })).toBeVisible();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect.poll(() => customer.heard.find(({ kind }) => kind === "image")?.attachments.length).toBe(1);
  await expect(log(page).locator("[data-seq] img").last()).toBeVisible();
});
