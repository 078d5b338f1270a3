import { type BrowserContext, type Browser, type ConsoleMessage, type Page, test as base } from "@playwright/test";

export { expect } from "@playwright/test";

/** An error that a test brings about on purpose: a part of the console's text, or the HTTP status of an answer. */
type Expected = RegExp | number;

type Fixtures = {
  /** Tells that this error will stand in the console; any other fails the test. */
  expectError: (error: Expected) => void;
  /** Opens a page in a context of its own: another person, with another session and storage. */
  openPage: (path: string, options?: Parameters<Browser["newContext"]>[0]) => Promise<Page>;
  watchErrors: Expected[];
};

/** Playwright's test, failing when any page of any context throws or logs an error that the test did not expect. */
export const test = base.extend<Fixtures>({
  watchErrors: [async ({ browser }, provide) => {
    const expected: Expected[] = [];
    const found: string[] = [];
    const watch = (context: BrowserContext): void => {
      context.on("weberror", (error) => found.push(`thrown: ${error.error().stack ?? error.error().message}`));
      context.on("console", (message) => {
        if (message.type() === "error") found.push(describe(message));
      });
    };
    browser.on("context", watch);
    await provide(expected);
    browser.off("context", watch);
    const surprises = found.filter((text) => !expected.some((error) => matches(text, error)));
    if (surprises.length > 0) throw new Error(`Errors in the browser:\n${surprises.join("\n")}`);
  }, { auto: true }],

  expectError: async ({ watchErrors }, provide) => provide((error) => {
    watchErrors.push(error);
  }),

  openPage: async ({ browser }, provide) => {
    const contexts: BrowserContext[] = [];
    await provide(async (path, options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(path);
      return page;
    });
    for (const context of contexts) await context.close();
  },
});

function describe(message: ConsoleMessage): string {
  return `console: ${message.text()} (${message.location().url})`;
}

function matches(text: string, error: Expected): boolean {
  return typeof error === "number" ? text.includes(`the server responded with a status of ${String(error)}`) : error.test(text);
}
