import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "./fixtures.ts";
import { admin } from "./people.ts";

test("S64 what is for machines and for developers is closed to others, in the built product", async ({ request }) => {
  expect((await request.get("/metrics", { headers: { "X-Forwarded-For": "203.0.113.7" } })).status()).toBe(403);
  for (const path of ["/healthz", "/.env", "/.git/config", "/package.json", "/dist/index.js", "/dist/index.js.map", "/.next/BUILD_ID", "/_next/static/chunks/main.js.map", "/server/index.ts"]) {
    expect((await request.get(path)).status(), path).toBe(404);
  }
  for (const path of ["/admin", "/admin/staff", "/console"]) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect([path, answer.status(), answer.headers()["location"]]).toEqual([path, 307, expect.stringContaining("/sign-in")]);
  }
});

test("S117 no script that browsers load has a secret, the name of one, or its sources", async () => {
  const folder = ".next/static";
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(paths.filter((path) => path.endsWith(".js")).length).toBeGreaterThan(5);
  expect(paths.filter((path) => path.endsWith(".map"))).toEqual([]);
  for (const path of paths.filter((one) => /\.(?:js|css|json|txt)$/.test(one))) {
    const text = await readFile(path, "utf8");
    expect(text, path).not.toMatch(/AUTH_SECRET|SITE_SECRET|DATABASE_URL|REDIS_URL|STORAGE_URL|METRICS_TOKEN|ADMIN_PASSWORD|postgres(?:ql)?:\/\/|PRIVATE KEY|sourceMappingURL/);
    expect(text, path).not.toContain(admin.password);
  }
});
