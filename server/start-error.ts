/** The server cannot start, for a reason that its owner can mend. The message is one line that says how. */
export class StartError extends Error {
  override readonly name: string = "StartError";

  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s+/g, " ").trim(), options);
  }
}

/** The code of a system or database error (`EACCES`, `28P01`), or null. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
