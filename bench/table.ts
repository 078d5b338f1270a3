/** What a measurement found: a table for people, and whether everything that was sent also came. */
export type Table = {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Sentences below the table. */
  readonly notes?: readonly string[];
  /** Figures are for reading; what fails a run is a message that was refused, lost or not acknowledged. */
  readonly passed: boolean;
};

/** `short`: seconds and thousands instead of minutes and millions. */
export type Length = "short" | "long";

/** One kind of measurement; its reference is measured in the same run. */
export type Measure = { readonly name: string; run(length: Length): Promise<Table> };

/** A table in Markdown. */
export function renderTable({ title, header, rows, notes = [] }: Table): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [`## ${title}`, "", line(header), line(header.map(() => "---")), ...rows.map(line), "", ...notes.flatMap((note) => [note, ""])].join("\n");
}

/** Rounds for reading: three digits that count. */
export function brief(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
