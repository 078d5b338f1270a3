/* The short form, part of the tests: the closed loop alone. */
process.argv.push("closed", "--short");
await import("./main.ts");
