import { afterAll, afterEach, beforeEach, type MockInstance, vi } from "vitest";
import { cleanUp } from "./clean-up.ts";

let errors: MockInstance<typeof console.error>;

// What the code reports as an error in a test that did not ask for it fails that test; a test that expects one clears
// the mock after looking at it. Unhandled rejections fail the run by vitest itself.
beforeEach(() => {
  errors = vi.spyOn(console, "error");
});

afterEach(() => {
  const calls = errors.mock.calls.slice();
  errors.mockRestore();
  if (calls.length > 0) throw new Error(`console.error was called unexpectedly: ${JSON.stringify(calls)}`);
});

// Registered before any hook of the test file, so it runs after all of them.
afterAll(cleanUp);
