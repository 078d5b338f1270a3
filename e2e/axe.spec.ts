import { seriousFindings } from "./accessibility.ts";
import { expect, log, row, signIn, test } from "./admin.ts";
import { admin } from "./people.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`signing in and answering have no serious findings, ${colorScheme}`, async ({ openPage, visit }) => {
    const customer = await visit();
    await customer.say("Does it fit?");
    const page = await openPage("/sign-in", { colorScheme, locale: "en-GB" });
    expect(await seriousFindings(page), "/sign-in").toEqual([]);
    await page.locator("button[type=submit]").click();
    await expect(page.getByText("Enter your e-mail address.").first()).toBeVisible();
    expect(await seriousFindings(page), "/sign-in with what is missing").toEqual([]);
    await signIn(page, admin);
    await page.waitForURL(/\/console/u);
    await row(page, customer.name).click();
    await expect(log(page).getByText("Does it fit?")).toBeVisible();
    expect(await seriousFindings(page), "/console").toEqual([]);
  });

  for (const paths of [["notices", "notices/new"], ["staff", "waiters", "sessions"], ["api-keys", "webhooks"]]) {
    test(`the pages for admins have no serious findings, ${paths.join(", ")}, ${colorScheme}`, async ({ openPage }) => {
      const page = await openPage(`/admin/${paths[0]}`, { colorScheme, locale: "en-GB" });
      await signIn(page, admin);
      for (const path of paths) {
        if (path !== paths[0]) await page.goto(`/admin/${path}`);
        await expect(page).toHaveURL(new RegExp(`/admin/${path}$`, "u"));
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect(await seriousFindings(page), path).toEqual([]);
      }
    });
  }

  test(`a notice that is out has no serious findings, ${colorScheme}`, async ({ openAdmin, owner }) => {
    const { id } = await owner.pushNotice({ title: "Stock-taking", body: "Orders go out on Tuesday.", level: "info", audience: "staff" });
    const page = await openAdmin(`/admin/notices/${id}`);
    await page.emulateMedia({ colorScheme });
    await expect(page.getByRole("heading", { level: 1, name: "Stock-taking" })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await owner.withdraw(id);
  });
}
