import { ensureFirstAdmin, forgetFirstPassword } from "./auth/first-admin.ts";
import { loadSecrets } from "./auth/secrets.ts";
import { openBus } from "./bus.ts";
import { prepare } from "./database/prepare.ts";
import { createId } from "./ids.ts";
import { live } from "./life.ts";
import { createMetrics } from "./metrics.ts";
import { openPages } from "./pages.ts";
import { checkRedis } from "./redis-check.ts";
import { openPort, startNode } from "./start-node.ts";
import { openStorage } from "./storage/index.ts";
import { welcome } from "./welcome.ts";

/* The composition root: what is started, in which order, and how it ends. */
await live(async (life) => {
  const { config, log } = life;
  const server = await openPort(config);
  life.atEnd("port", async () => {
    server.closeAllConnections();
    server.close();
  });
  if (config.redisUrl !== null) await checkRedis(config.redisUrl);
  const prepared = await prepare(config, log);
  life.atEnd("database", () => prepared.close());
  const secrets = await loadSecrets(config);
  const storage = await openStorage(config, log);
  const ground = { id: createId(), config, log, metrics: createMetrics(), secrets };
  const platform = { ...ground, database: prepared.database, bus: await openBus(ground), storage };
  const admin = await ensureFirstAdmin(platform);
  const pages = await openPages(config);
  life.atEnd("pages", () => pages.close());
  const running = await startNode(server, platform, pages);
  life.atEnd("node", (hurry) => running.stop(hurry));
  welcome(running.node.config, admin);
  await forgetFirstPassword(config);
});
