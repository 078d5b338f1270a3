// Lets the wall clock of a node jump: loaded before the product by one of the faults. On SIGUSR2 it takes over the
// milliseconds that stand in CLOCK_FILE; timers and performance.now() are not touched, as when an administrator or NTP
// sets the clock.
import { readFileSync } from "node:fs";

const RealDate = Date;
let offsetMs = 0;

process.on("SIGUSR2", () => {
  offsetMs = Number(readFileSync(process.env.CLOCK_FILE, "utf8"));
});

globalThis.Date = class Date extends RealDate {
  // Of its own: others put themselves before this one in turn and take over what is its own.
  static UTC = RealDate.UTC;
  static parse = RealDate.parse;

  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};
