// What the tests need besides npm's packages. As root on Debian or Ubuntu it is installed; elsewhere it is named.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const requirements = [
  { name: "Chromium", package: "chromium", isThere: hasChromium, otherwise: "install chromium, or set CHROMIUM_PATH, or run: npx playwright install chromium" },
  { name: "a Chinese font", package: "fonts-noto-cjk", isThere: hasChineseFont, otherwise: "install fonts-noto-cjk" },
  { name: "Redis", package: "redis-server", isThere: () => hasProgram("redis-server"), otherwise: "install redis-server" },
  { name: "nginx", package: "nginx", isThere: () => hasProgram("nginx"), otherwise: "install nginx" },
];

/** Installs what is missing, if it can. Answers one line for each thing that is missing still. */
export function bringRequirements() {
  const missing = requirements.filter(({ isThere }) => !isThere());
  if (missing.length > 0 && mayInstall()) install(missing.map((requirement) => requirement.package));
  return missing.filter(({ isThere }) => !isThere()).map(({ name, otherwise }) => `Missing: ${name} (${otherwise})`);
}

function mayInstall() {
  return process.getuid?.() === 0 && hasProgram("apt-get") && /^ID(?:_LIKE)?=.*(?:debian|ubuntu)/mu.test(readText("/etc/os-release"));
}

function install(packages) {
  console.log(`Installing ${packages.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (args) => spawnSync("apt-get", args, { stdio: ["ignore", "inherit", "inherit"], env, timeout: 300_000 });
  withoutStartingServices(() => {
    apt(["update", "-q"]);
    apt(["install", "-y", "-q", "--no-install-recommends", ...packages]);
  });
  // Ubuntu's package of this name only points to a snap, which containers cannot run.
  if (packages.includes("chromium") && !hasChromium()) {
    spawnSync("npx", ["playwright", "install", "--with-deps", "chromium"], { stdio: ["ignore", "inherit", "inherit"], env, timeout: 300_000 });
  }
}

/** Debian starts a service when it installs it, unless this file forbids it. */
function withoutStartingServices(work) {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return work();
  writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    work();
  } finally {
    rmSync(policy, { force: true });
  }
}

function hasChromium() {
  const path = process.env["CHROMIUM_PATH"];
  if (path !== undefined && path !== "") return isExecutable(path);
  // Ubuntu's /usr/bin/chromium-browser is a script that asks for a snap: it does not count.
  return isExecutable("/usr/bin/chromium") || isExecutable(playwrightChromium());
}

function playwrightChromium() {
  const code = 'import { chromium } from "@playwright/test"; process.stdout.write(chromium.executablePath());';
  return spawnSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }).stdout;
}

function hasChineseFont() {
  if (hasProgram("fc-list")) return spawnSync("fc-list", [":lang=zh-cn"], { encoding: "utf8" }).stdout.trim() !== "";
  return existsSync("/usr/share/fonts/opentype/noto");
}

function hasProgram(name) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
