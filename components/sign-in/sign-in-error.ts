/** Why a sign-in failed: a code of protocol/errors.ts, or the browser's own `network`; and when to try again. */
export type SignInFailure = { code: string; retryAfterMs?: number };

/** Reads what next-auth's `signIn` answers as `error`: `<code>` or `<code>:<seconds>`. */
export function readSignInError(error: string): SignInFailure {
  const [code = "", seconds] = error.split(":");
  // next-auth's own word for credentials that were refused.
  if (code === "CredentialsSignin") return { code: "unauthenticated" };
  const wait = Number(seconds);
  return seconds !== undefined && wait > 0 ? { code, retryAfterMs: wait * 1_000 } : { code };
}
