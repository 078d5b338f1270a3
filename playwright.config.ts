import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const debian = "/usr/bin/chromium";
const installed = process.env["CHROMIUM_PATH"] ?? (existsSync(debian) ? debian : undefined);

/** Chromium cannot sandbox itself as root, and looks for updates that a closed network never answers. */
const quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const args = process.getuid?.() === 0 ? ["--no-sandbox", ...quiet] : quiet;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  globalSetup: "./e2e/product.ts",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  // On a machine shared with others a test may meet a hiccup: it is run once more, and the run names it.
  retries: process.env["CI"] === undefined ? 0 : 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    // Set by the global setup; the workers read this file again after it.
    ...(process.env["E2E_URL"] === undefined ? {} : { baseURL: process.env["E2E_URL"] }),
    browserName: "chromium",
    ...(installed === undefined ? { channel: "chromium" } : {}),
    launchOptions: { args, ...(installed === undefined ? {} : { executablePath: installed }) },
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
