import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { currentPlatform } from "#server/auth/current.ts";
import { webSessionOptions } from "#server/auth/web-session.ts";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  const { nextauth } = await context.params;
  // Its browser part reports errors here; strangers would write into our log.
  if (nextauth[0] === "_log") return new Response(null, { status: 204 });
  return NextAuth(request, context, webSessionOptions(currentPlatform()));
}

export { handle as GET, handle as POST };
