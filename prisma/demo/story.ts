import type { Priority } from "#protocol/objects.ts";
import type { SystemEvent } from "#protocol/system-texts.ts";
import type { AgentKey, CustomerKey } from "./people.ts";
import type { PictureName } from "./pictures.ts";

/** One line of a conversation. `after`: minutes since the line before. */
export type Line = {
  readonly by: "customer" | "system" | AgentKey;
  readonly kind: "text" | "image" | "note" | "system";
  readonly text: string;
  readonly pictures: readonly PictureName[];
  readonly after: number;
  readonly event: { readonly name: SystemEvent; readonly agent: AgentKey | null } | null;
  /** Was written differently at first, or taken back. */
  readonly later: "edited" | "recalled" | null;
};

/** A conversation as it stands now. */
export type Story = {
  readonly customer: CustomerKey;
  /** Minutes since its last line. */
  readonly ago: number;
  readonly status: "open" | "snoozed" | "resolved";
  readonly assignee: AgentKey | null;
  readonly tags?: readonly string[];
  readonly priority?: Priority;
  /** The customer's last lines that no member of staff has read. */
  readonly unread?: number;
  /** The staff's last lines that the customer has not read. */
  readonly unseen?: number;
  /** Hours from now. */
  readonly snoozedFor?: number;
  readonly lines: readonly Line[];
};

const plain = { kind: "text", pictures: [], event: null, later: null } as const;

/** The customer writes. */
export function ask(text: string, after = 0.5): Line {
  return { ...plain, by: "customer", text, after };
}

/** The customer sends pictures. */
export function show(pictures: readonly PictureName[], text = "", after = 0.7): Line {
  return { ...plain, by: "customer", kind: "image", pictures, text, after };
}

/** An agent answers. */
export function answer(by: AgentKey, text: string, after = 1): Line {
  return { ...plain, by, text, after };
}

/** An agent sends pictures. */
export function present(by: AgentKey, { pictures, text = "" }: { pictures: readonly PictureName[]; text?: string }, after = 1): Line {
  return { ...plain, by, kind: "image", pictures, text, after };
}

/** An agent writes what only colleagues read. */
export function note(by: AgentKey, text: string, after = 0.5): Line {
  return { ...plain, by, kind: "note", text, after };
}

/** The server tells what happened. */
export function event(name: SystemEvent, agent: AgentKey | null = null, after = 0.3): Line {
  return { ...plain, by: "system", kind: "system", text: "", event: { name, agent }, after };
}

/** The same line, corrected or taken back afterwards. */
export function afterwards(line: Line, later: "edited" | "recalled"): Line {
  return { ...line, later };
}
