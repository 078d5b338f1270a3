import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["{protocol,server,components,app,widget,messages,prisma,scripts,faults,bench,examples}/**/*.test.{ts,tsx}"],
    globalSetup: ["server/testing/global-setup.ts"],
    setupFiles: ["server/testing/setup.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    // As in playwright.config.ts.
    retry: process.env["CI"] === undefined ? 0 : 1,
    allowOnly: false,
    passWithNoTests: false,
  },
});
