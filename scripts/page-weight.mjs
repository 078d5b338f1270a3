// Weighs the JavaScript of each page, gzipped, as Chromium loads it from the built product:
// node scripts/page-weight.mjs [address of a running product; ADMIN_EMAIL and ADMIN_PASSWORD are then its admin's]
import { chromium } from "playwright";
import { register } from "tsx/esm/api";
import { build } from "./lib/build-steps.mjs";

await build(["client"]);
register();
const { default: settings } = await import("../playwright.config.ts");
const { weighScripts } = await import("../e2e/script-weight.ts");
const { admin } = await import("../e2e/people.ts");

const [given] = process.argv.slice(2);
const { ADMIN_EMAIL: email = admin.email, ADMIN_PASSWORD: password = admin.password } = process.env;
const product = given === undefined ? await startOwn() : { url: given, end: async () => {} };
const { executablePath, args } = settings.use.launchOptions;
const browser = await chromium.launch({ executablePath, args, channel: settings.use.channel });
try {
  for (const path of ["/", "/sign-in", "/console", "/admin"]) {
    const context = await browser.newContext({ baseURL: product.url, locale: "en-GB" });
    const page = await context.newPage();
    if (path === "/console" || path === "/admin") await signIn(page, path);
    const { scripts, bytes } = await weighScripts(page, path);
    process.stdout.write(`${path.padEnd(10)}${(bytes / 1000).toFixed(1).padStart(8)} KB gz in ${scripts} scripts\n`);
    await context.close();
  }
} finally {
  await browser.close();
  await product.end();
}

async function startOwn() {
  const { makeDataFolder, startProduct } = await import("../server/testing/product.ts");
  const folder = await makeDataFolder("weight");
  const started = await startProduct({ dataDir: folder.path, env: { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } });
  return { url: `http://localhost:${started.port}`, end: () => started.end("SIGTERM").then(folder.remove) };
}

async function signIn(page, path) {
  await page.goto(`/sign-in?callbackUrl=${path}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname.startsWith(path));
}
