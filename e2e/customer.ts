import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { test as base } from "./fixtures.ts";
import { joinStaff, type Staff } from "./staff.ts";

export { expect } from "./fixtures.ts";

/** The specs of the customer's page: someone of the staff is there to answer. */
export const test = base.extend<{ staff: Staff; readsNotices: boolean; acknowledges: void }>({
  /** Whether this test is about notices; the others acknowledge what a test beside them pushes to everyone. */
  readsNotices: [false, { option: true }],
  acknowledges: [
    async ({ page, readsNotices }, provide) => {
      const urgent = page.getByRole("alertdialog");
      if (!readsNotices) await page.addLocatorHandler(urgent, () => urgent.getByRole("button").click());
      await provide();
    },
    { auto: true },
  ],
  staff: async ({ baseURL, expectError }, provide) => {
    // Playwright's own recorder asks for local pictures by fetch, which the page's policy refuses it.
    expectError(/Connecting to 'blob:/u);
    const staff = await joinStaff(baseURL ?? "");
    await provide(staff);
    staff.close();
  },
});

/** A text that no other test writes. */
export function unique(text: string): string {
  return `${text} ${randomUUID().slice(0, 8)}`;
}

/** The field that a customer writes in. */
export function box(page: Page) {
  return page.getByRole("textbox", { name: "Message" });
}

export function log(page: Page) {
  return page.getByRole("log");
}

/** Writes and sends as a customer does. */
export async function write(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press("Enter");
}

/** Opens the conversation with a first message; answers its id. */
export async function begin(page: Page, staff: Staff, text = unique("Hello")): Promise<string> {
  await write(page, text);
  return (await staff.hear(text)).conversationId;
}
