import type { Findings } from "./findings.ts";
import type { Setting } from "./scene.ts";
import type { Arrangement } from "./stage/stage.ts";

/** One row of the table in DELIVERY: a fault, and what must hold nevertheless. */
export type Row = {
  /** `F7`. */
  readonly id: string;
  readonly title: string;
  /** The promises that it holds to account, as PRODUCT numbers them. */
  readonly promises: string;
  /** How the nodes have to run. */
  readonly arrangement?: Arrangement;
  readonly run: (setting: Setting) => Promise<Findings>;
};

/** The usual three nodes with Redis. */
export const usual: Arrangement = {};
