import { readFileSync } from "node:fs";
import { type AddressList, createAddressList } from "./address-list.ts";
import { codeOf, StartError } from "./start-error.ts";

/** Raw settings, as process.env gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting is wrong. The message is one line for the person who wrote the setting. */
export class ConfigError extends StartError {
  override readonly name = "ConfigError";
}

/** Answers the value of `name`, or null when it is unset or empty. */
export function readText(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

/** Like readText, but the value may also stand in the file that `NAME_FILE` points to (Docker and systemd secrets). */
export function readSecret(env: Environment, name: string): string | null {
  const value = readText(env, name);
  const file = readText(env, `${name}_FILE`);
  if (file === null) return value;
  if (value !== null) throw new ConfigError(`${name} and ${name}_FILE are both set; expected one of them`);
  const content = contentOf(file, name);
  if (content === "") throw new ConfigError(`${name}_FILE is "${file}", which is empty; expected a file that holds the secret`);
  return content;
}

function contentOf(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new ConfigError(`${name}_FILE is "${file}", which cannot be read (${codeOf(error)}); expected a file that holds the secret`);
  }
}

/** Answers a whole number between `least` and `most`, or null when unset. */
export function readWhole(env: Environment, name: string, [least, most]: readonly [number, number]): number | null {
  const value = readText(env, name);
  if (value === null) return null;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw wrong(name, value, `a whole number from ${least} to ${most}`);
  return number;
}

/** Answers whether a switch is on; unset is off. */
export function readSwitch(env: Environment, name: string): boolean {
  const value = readText(env, name);
  if (value === null || /^(0|off|no|false)$/i.test(value)) return false;
  if (/^(1|on|yes|true)$/i.test(value)) return true;
  throw wrong(name, value, "1 or 0");
}

/** Answers the items of a comma-separated list, in order and each once; unset is empty. */
export function readList(env: Environment, name: string): readonly string[] {
  const items = (readText(env, name) ?? "").split(",").map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== ""))];
}

/** Answers one of the given words, or null when unset. */
export function readChoice<T extends string>(env: Environment, name: string, words: readonly T[]): T | null {
  const value = readText(env, name);
  if (value === null) return null;
  const found = words.find((word) => word === value.toLowerCase());
  if (found === undefined) throw wrong(name, value, `one of ${words.join(", ")}`);
  return found;
}

/** Answers the addresses and networks of a comma-separated list. */
export function readAddresses(env: Environment, name: string): AddressList {
  try {
    return createAddressList(readList(env, name));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw wrong(name, error.message, "addresses or networks such as 10.0.0.0/8, separated by commas");
  }
}

/** The error for a value that may be shown. */
export function wrong(name: string, value: string, expected: string): ConfigError {
  return new ConfigError(`${name} is "${value.slice(0, 200)}"; expected ${expected}`);
}

/** The error for a value that must not be shown. */
export function wrongSecret(name: string, problem: string, expected: string): ConfigError {
  return new ConfigError(`${name} ${problem}; expected ${expected}`);
}
