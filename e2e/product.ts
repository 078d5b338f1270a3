import { makeDataFolder, startProduct } from "#server/testing/product.ts";

import { admin } from "./people.ts";

/**
 * Starts the built product as its README does, with a data folder of its own, and answers what stops it. The specs
 * find it by E2E_URL; when that is set already, they use the product that runs there.
 */
export default async function startForSpecs(): Promise<() => Promise<void>> {
  if (process.env["E2E_URL"] !== undefined) return async () => {};
  const folder = await makeDataFolder("e2e");
  try {
    const product = await startProduct({ dataDir: folder.path, env: { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, OPEN_GATEWAYS: "stomp" } });
    process.env["E2E_URL"] = `http://localhost:${String(product.port)}`;
    return async () => {
      await product.end("SIGTERM");
      await folder.remove();
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
