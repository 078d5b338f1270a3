import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { readRootFile } from "./files.ts";

/**
 * The lowest versions without a published weakness that reaches us. engine.io, socket.io-parser and ws come in through
 * Socket.IO, whose ranges allow older ones: package.json overrides them.
 */
const floors = new Map([
  ["next", "16.2.11"],
  ["next-auth", "4.24.15"],
  ["socket.io", "4.8.4"],
  ["socket.io-client", "4.8.4"],
  ["engine.io", "6.6.10"],
  ["socket.io-parser", "4.2.7"],
  ["ws", "8.21.1"],
  ["sharp", "0.35.3"],
]);

/** The same for packages that the product may do without. */
const floorsIfPresent = new Map([["nodemailer", "7.0.7"], ["@socket.io/cluster-engine", "0.1.1"]]);

const lockFile = z.object({ packages: z.record(z.string(), z.object({ version: z.optional(z.string()) })) });
const { packages } = lockFile.parse(JSON.parse(await readRootFile("package-lock.json")));

/** The versions of `name` in the lock, nested copies too. */
function versionsOf(name: string): string[] {
  const entries = Object.entries(packages).filter(([path]) => path.split("node_modules/").at(-1) === name);
  return entries.flatMap(([, entry]) => entry.version ?? []);
}

function isBelow(version: string, floor: string): boolean {
  const numbers = (text: string): number[] => text.split("-")[0]?.split(".").map(Number) ?? [];
  const wanted = numbers(floor);
  const difference = numbers(version).map((number, index) => number - (wanted[index] ?? 0)).find((step) => step !== 0);
  return difference === undefined ? version.includes("-") : difference < 0;
}

describe("the lock file", () => {
  for (const [name, floor] of floors) {
    it(`S118: has ${name} ${floor} or newer`, () => {
      const versions = versionsOf(name);
      expect(versions).not.toEqual([]);
      expect(versions.filter((version) => isBelow(version, floor))).toEqual([]);
    });
  }

  for (const [name, floor] of floorsIfPresent) {
    it(`S118: has no ${name} below ${floor}`, () => {
      expect(versionsOf(name).filter((version) => isBelow(version, floor))).toEqual([]);
    });
  }

  it("has the same version of every Prisma package", () => {
    const versions = ["prisma", "@prisma/client", "@prisma/adapter-pg"].flatMap(versionsOf);
    expect(new Set(versions).size).toBe(1);
  });
});

describe("the comparison", () => {
  it("orders versions by number, and puts a pre-release below its release", () => {
    expect(isBelow("8.9.0", "8.21.1")).toBe(true);
    expect(isBelow("8.21.1", "8.21.1")).toBe(false);
    expect(isBelow("8.21.1-beta.1", "8.21.1")).toBe(true);
    expect(isBelow("9.0.0", "8.21.1")).toBe(false);
  });
});
