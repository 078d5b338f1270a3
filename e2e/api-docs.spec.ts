import { expect, test } from "./fixtures.ts";

test.describe("the page of the API", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`shows every operation from this origin alone, ${colorScheme}`, async ({ page, baseURL }) => {
      const elsewhere: string[] = [];
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(baseURL ?? "") && !url.startsWith("data:") && !url.startsWith("blob:")) elsewhere.push(url);
      });
      await page.emulateMedia({ colorScheme });
      await page.goto("/api/v1/docs");
      await expect(page.getByRole("heading", { name: /Xiaoer/ })).toBeVisible();
      await expect(page.getByText("/api/v1/push", { exact: true })).toBeVisible();
      await expect(page.getByText("/api/v1/commands/message:send", { exact: true })).toBeVisible();
      await page.getByText("/api/v1/webhooks", { exact: true }).first().click();
      await expect(page.getByText("Try it out").first()).toBeVisible();
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(colorScheme === "dark" ? "rgb(28, 32, 34)" : "rgb(255, 255, 255)");
      expect(elsewhere).toEqual([]);
    });
  }
});
