// Builds what is not built, or only the steps that are named: client, server, pages.
import { build, BuildError } from "./lib/build-steps.mjs";

// Whoever started us with an open pipe may be killed at any moment; then nothing may go on building behind the next start.
if (process.argv.includes("--tied")) process.stdin.on("end", () => process.kill(process.pid, "SIGTERM")).resume();

const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
try {
  await build(named.length > 0 ? named : ["client", "server", "pages"]);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  if (!error.interrupted) process.stderr.write(`${error.output.trimEnd()}\nxiaoer: ${error.message}\n`.trimStart());
  process.exitCode = 1;
}
process.stdin.unref?.();
