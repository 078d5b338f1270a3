import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "#components/i18n/server.ts";
import { Translations } from "#components/i18n/translations.tsx";
import { SignInScreen } from "#components/sign-in/sign-in-screen.tsx";
import { currentStaff } from "#server/auth/guards.ts";
import { safePath } from "#server/auth/safe-path.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("signIn"))("title"), robots: { index: false } };
}

type Query = { callbackUrl?: string | string[]; signedOut?: string | string[]; expired?: string | string[] };

/** Where staff sign in; who is signed in already goes on at once. */
export default async function SignInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { callbackUrl, signedOut, expired } = await searchParams;
  const target = safePath(callbackUrl, "/console");
  if ((await currentStaff()) !== null) redirect(target);
  const reason = signedOut !== undefined ? "signedOut" : expired !== undefined ? "expired" : null;
  return (
    <Translations namespaces={["signIn", "errors"]}>
      <SignInScreen target={target} reason={reason} />
    </Translations>
  );
}
