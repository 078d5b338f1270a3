import type { CookieOption, NextAuthOptions } from "next-auth";
import credentials from "next-auth/providers/credentials";
import * as z from "zod/mini";
import { loginBody } from "#protocol/http.ts";
import type { Role } from "#protocol/objects.ts";
import { isDomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import { signInStaff } from "./accounts.ts";
import { passedClientAddress } from "./client-address.ts";
import { findIdentity } from "./identity.ts";
import { safePath } from "./safe-path.ts";
import { sessionCookieName, webSession } from "./session-cookie.ts";
import { endSignIn } from "./sign-ins.ts";

declare module "next-auth" {
  interface User {
    role: Role;
    sid: string;
    ver: number;
  }
}

const maxAgeSeconds = 24 * 3_600;

/**
 * How next-auth signs staff in for the pages: one account form, the session in an encrypted cookie, and behind it a
 * sign-in of ours, so that it ends like every other.
 *
 * A failed `signIn("credentials", {redirect: false})` answers `error` as `<code>` or `<code>:<seconds>`: a code of
 * protocol/errors.ts (`unauthenticated`, `rate_limited`, `unavailable`, `internal`) and after how long to try again.
 */
export function webSessionOptions(platform: Platform): NextAuthOptions {
  const { config, log, secrets } = platform;
  // next-auth takes its own address from nowhere else, and would otherwise believe in port 3000.
  // oxlint-disable-next-line node/no-process-env
  process.env["NEXTAUTH_URL"] = config.publicUrl;
  return {
    secret: secrets.cookie,
    useSecureCookies: config.secure,
    session: { strategy: "jwt", maxAge: maxAgeSeconds },
    jwt: { maxAge: maxAgeSeconds },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: {
      sessionToken: cookie(sessionCookieName(config), config.secure),
      callbackUrl: cookie(`${config.secure ? "__Host-" : ""}next-auth.callback-url`, config.secure),
      csrfToken: cookie(`${config.secure ? "__Host-" : ""}next-auth.csrf-token`, config.secure),
    },
    providers: [credentials({
      credentials: { email: { type: "email" }, password: { type: "password" } },
      authorize: (input, { headers }) => authorize(platform, input, passedClientAddress(headers ?? {})),
    })],
    callbacks: {
      async jwt({ token, user }) {
        if (user !== undefined && "sid" in user) return { sub: user.id, name: user.name ?? "", role: user.role, sid: user.sid, ver: user.ver };
        const session = z.safeParse(webSession, token);
        const expiresAt = new Date(Date.now() + maxAgeSeconds * 1_000);
        const identity = session.success ? await findIdentity(platform, session.data, { via: "cookie", expiresAt }) : null;
        // Throwing is how next-auth is told to take the cookie away.
        if (identity === null) throw new Error("This sign-in has ended.");
        return { sub: identity.userId, name: identity.name, role: identity.role, sid: identity.signInId, ver: identity.version };
      },
      session: ({ session, token }) => ({ user: { id: token.sub, name: token.name, role: token["role"] }, expires: session.expires }),
      redirect: ({ url, baseUrl }) => `${baseUrl}${safePath(url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url, "/console")}`,
    },
    events: {
      async signOut({ token }) {
        const session = z.safeParse(webSession, token);
        if (session.success) await endSignIn(platform, session.data.sid);
      },
    },
    logger: {
      // What goes with the code may hold what a stranger sent.
      error: (code) => log.info({ code }, "next-auth refused a request"),
      warn: (code) => log.debug({ code }, "next-auth warned"),
      debug: () => {},
    },
  };
}

async function authorize(platform: Platform, input: unknown, address: string) {
  const said = z.safeParse(loginBody, input);
  if (!said.success) throw new Error("unauthenticated");
  try {
    const { user, signIn } = await signInStaff(platform, said.data, { address });
    return { id: user.id, name: user.name, role: user.role, sid: signIn.id, ver: user.version };
  } catch (error) {
    if (!isDomainError(error)) platform.log.error({ err: error }, "a sign-in failed");
    throw new Error(isDomainError(error) ? errorText(error) : "internal", { cause: error });
  }
}

function errorText({ code, retryAfterMs }: { code: string; retryAfterMs: number | undefined }): string {
  return retryAfterMs === undefined ? code : `${code}:${Math.ceil(retryAfterMs / 1_000)}`;
}

function cookie(name: string, secure: boolean): CookieOption {
  return { name, options: { httpOnly: true, sameSite: "lax", path: "/", secure } };
}
