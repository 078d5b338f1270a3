/** Answers a path of this site to go to after sign-in; anything that could lead elsewhere becomes `fallback`. */
export function safePath(wanted: unknown, fallback: string): string {
  if (typeof wanted !== "string" || wanted.length > 2_000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(wanted)) return fallback;
  const base = "http://here.invalid";
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null;
  // Without its dots, `/.//host` begins with two slashes: the name of another host.
  return url?.origin === base && !url.pathname.startsWith("//") ? `${url.pathname}${url.search}${url.hash}` : fallback;
}
