import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Waits until what moves in or fades in stands: half faded in, a text has half its contrast. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(() => Promise.allSettled(
    document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished),
  ));
}

/** What axe finds serious or worse on a page at rest, by rule and place. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await settle(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}
