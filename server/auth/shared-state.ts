import type { Platform } from "#server/platform.ts";
import { remember } from "#server/runtime.ts";

/**
 * Answers the one `name` of this node, made on the first call. Pages and route handlers run in their own copies of
 * our modules, and a node passes its platform on inside larger objects; the bus is the same object in all of them.
 */
export function ofNode<T>({ bus }: Pick<Platform, "bus">, name: string, make: () => T): T {
  const states = remember(`auth.${name}`, () => new WeakMap<object, { readonly value: T }>());
  const known = states.get(bus);
  if (known) return known.value;
  const value = make();
  states.set(bus, { value });
  return value;
}
