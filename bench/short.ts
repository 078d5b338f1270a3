/* The short form, part of the tests. */
process.argv.push("--short");
await import("./main.ts");
