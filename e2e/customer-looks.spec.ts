import { makePicture } from "#server/testing/pictures.ts";
import { seriousFindings } from "./accessibility.ts";
import { begin, expect, log, test } from "./customer.ts";
import { weighScripts } from "./script-weight.ts";

const mostBytes = 190_000;

for (const colorScheme of ["light", "dark"] as const) {
  for (const locale of ["zh-CN", "en-GB"]) {
    test.describe(`in ${locale}, ${colorScheme}`, () => {
      test.use({ colorScheme, locale });

      test("the page has no serious fault for who cannot see or point", async ({ page, staff }) => {
        const check = () => seriousFindings(page);
        await page.goto("/");
        await expect(page.getByRole("heading", { level: 2 })).toBeVisible();
        expect(await check()).toEqual([]);
        const text = `${locale} ${colorScheme} ${Date.now()}`;
        await page.getByRole("textbox").fill(text);
        await page.getByRole("textbox").press("Enter");
        const { conversationId } = await staff.hear(text);
        await staff.call("conversation:claim", { conversationId });
        await staff.say(conversationId, "https://example.com/a");
        await staff.sendPicture(conversationId, await makePicture("png"), "A picture");
        await expect(log(page).getByText("A picture")).toBeVisible();
        await page.locator("input[type=file]").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: await makePicture("png") });
        await page.getByRole("textbox").fill("x".repeat(3_900));
        expect(await check()).toEqual([]);
        expect(await page.getAttribute("html", "lang")).toBe(locale.startsWith("zh") ? "zh-CN" : "en");
      });
    });
  }
}

test("language and theme change without a reload, and nothing that was written is lost", async ({ page, staff }) => {
  await page.goto("/");
  await begin(page, staff);
  await page.getByRole("textbox").fill("half a sentence");
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("button", { name: "发送", exact: true })).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveValue("half a sentence");
  await expect(page).toHaveTitle("在线客服");
  await page.getByRole("button", { name: /^外观/u }).click();
  await page.getByRole("button", { name: /^外观/u }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(log(page).locator("[data-seq]")).toHaveCount(1);
});

test("the page loads at most 190 KB of scripts", async ({ page }) => {
  const { bytes } = await weighScripts(page, "/");
  expect(bytes).toBeLessThanOrEqual(mostBytes);
});
