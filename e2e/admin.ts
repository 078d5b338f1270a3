import type { Page } from "@playwright/test";
import { signIn, test as base } from "./console.ts";
import { admin } from "./people.ts";

export { expect, log, row, signIn, unique } from "./console.ts";

/** The specs of the admin pages: as in the console's, accounts and customers are made for each test. */
export const test = base.extend<{ openAdmin: (path: string) => Promise<Page> }>({
  /** A page of the administration in a context of its own, signed in as the first admin. */
  openAdmin: async ({ openPage }, provide) => provide(async (path) => {
    const page = await openPage(path, { locale: "en-GB" });
    await signIn(page, admin);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  }),
});

/** Answers the question that stands before the page. */
export async function confirm(page: Page, action: string): Promise<void> {
  await page.getByRole("alertdialog").getByRole("button", { name: action, exact: true }).click();
}

/** The row of a table in which this stands. */
export function line(page: Page, text: string) {
  return page.getByRole("row").filter({ hasText: text });
}
