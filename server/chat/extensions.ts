import type { Hooks } from "./hooks.ts";
import type { Node } from "./node.ts";
import { createSender, type Sender } from "./sender.ts";

/** What an extension is given when a node starts, before anybody is let in. */
export type Kit = { readonly node: Node; readonly hooks: Hooks; sender(name: string): Promise<Sender> };
/** Code of the shop's own that runs inside the server. See docs/extending.md. */
export type Extension = (kit: Kit) => void | Promise<void>;

/** What every node of this installation runs, in this order. */
export const extensions: readonly Extension[] = [];

export async function extend(node: Node, all: readonly Extension[] = extensions): Promise<void> {
  for (const extension of all) await extension({ node, hooks: node.hooks, sender: (name) => createSender(node, name) });
}
