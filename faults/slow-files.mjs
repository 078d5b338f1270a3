// Makes the disk of pictures slow: loaded before the product by one of the faults. On SIGUSR2 every opening of a file
// below DATA_DIR/files takes seconds, and after the next SIGUSR2 none any more.
import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const slowMs = 4_000;
const folder = join(process.env.DATA_DIR, "files");
const { open } = promises;
let slow = false;

process.on("SIGUSR2", () => {
  slow = !slow;
});

promises.open = async (path, ...rest) => {
  if (slow && String(path).startsWith(folder)) await sleep(slowMs);
  return open(path, ...rest);
};
syncBuiltinESMExports();
