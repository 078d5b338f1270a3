import { live } from "#server/life.ts";
import { StartError } from "#server/start-error.ts";

/* A life for tests of how lives end: the first argument says which. */
const kind = process.argv[2];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await live(async ({ atEnd }) => {
  atEnd("first", async () => {
    if (kind !== "slow") say("first");
  });
  if (kind === "refused") throw new StartError("the inn\nis closed");
  if (kind === "slow") {
    atEnd("slow", (hurry) => new Promise((done) => {
      hurry.addEventListener("abort", () => {
        say("hurried");
        done();
      });
    }));
  } else {
    atEnd("second", async () => say("second"));
  }
  setInterval(() => undefined, 1_000);
  say("ready");
  if (kind === "broken") setTimeout(() => void Promise.reject(new Error("nobody caught this")), 10);
});
