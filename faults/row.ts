import type { Findings } from "./findings.ts";
import type { Setting } from "./scene.ts";
import type { Arrangement } from "./stage/stage.ts";

export type Amounts = { readonly short: string; readonly medium?: string; readonly long: string };

/** One row of the table in DELIVERY: a fault, and what must hold nevertheless. */
export type Row = {
  /** `F7`. */
  readonly id: string;
  readonly title: string;
  /** How much of it each form has; a medium run has the short form of rows that name none of their own. */
  readonly amounts: Amounts;
  /** The promises that it holds to account, as PRODUCT numbers them. */
  readonly promises: string;
  /** How the nodes have to run. */
  readonly arrangement?: Arrangement;
  readonly run: (setting: Setting) => Promise<Findings>;
};

