/**
 * Answers the one `name` of this process, made by `make` on the first call.
 * The custom server, route handlers and pages each get their own copy of a module; only globalThis is shared,
 * so whatever must exist once goes through here. A name always stands for the same type.
 */
export function remember<T>(name: string, make: () => T): T {
  const key = keyOf(name);
  if (!Reflect.has(globalThis, key)) Reflect.set(globalThis, key, make());
  return Reflect.get(globalThis, key);
}

/** Drops what `remember` holds under `name`, so that the next call makes it anew. */
export function forget(name: string): void {
  Reflect.deleteProperty(globalThis, keyOf(name));
}

/** Registered for the whole process: every copy of this module finds the same symbol. */
function keyOf(name: string): symbol {
  return Symbol.for(`xiaoer.${name}`);
}
