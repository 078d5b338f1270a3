"use client";

import { signIn } from "next-auth/react";
import { useEffect, useRef, useState, useSyncExternalStore, type FormEvent, type RefObject } from "react";
import { formatDuration } from "#components/i18n/time.ts";
import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { PasswordField } from "#components/ui/password-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { readSignInError, type SignInFailure } from "./sign-in-error.ts";
import { useCountdown } from "./use-countdown.ts";

type Reason = "signedOut" | "expired" | null;
type Missing = { email?: "emailMissing" | "emailWrong"; password?: "passwordMissing" };

/** E-mail and password. On success the browser goes to `target`, a path of this site. */
export function SignInForm({ target, reason }: { target: string; reason: Reason }) {
  const t = useTranslations("signIn");
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  // Until the page has come alive the browser itself would send the form, and with it the password.
  const isReady = useSyncExternalStore(subscribeToNothing, () => true, () => false);
  const form = useSignIn(target, { email, password });
  const { missing, failure } = form;
  return (
    <form className="flex flex-col gap-4" method="post" noValidate onSubmit={form.submit} aria-busy={form.busy || undefined}>
      <Message failure={failure} lockedMs={form.lockedMs} reason={reason} />
      <TextField
        ref={email}
        label={t("email")}
        placeholder={t("emailPlaceholder")}
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        required
        size="lg"
        error={missing.email && t(missing.email)}
      />
      <PasswordField
        ref={password}
        label={t("password")}
        name="password"
        required
        size="lg"
        error={missing.password && t(missing.password)}
      />
      <Button type="submit" variant="primary" size="lg" busy={form.busy} disabled={!isReady || form.lockedMs > 0} className={classNames("mt-1 w-full", !isReady && "opacity-100!")}>
        {form.lockedMs > 0 ? t("lockedShort", { time: formatDuration(form.lockedMs) }) : t("submit")}
      </Button>
    </form>
  );
}

type Fields = { email: RefObject<HTMLInputElement | null>; password: RefObject<HTMLInputElement | null> };

function useSignIn(target: string, { email, password }: Fields) {
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState<Missing>({});
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const [lockedUntil, setLockedUntil] = useState<number | null>(null);
  const lockedMs = useCountdown(lockedUntil);

  async function attempt(): Promise<void> {
    setBusy(true);
    const failed = await trySignIn(email.current?.value.trim() ?? "", password.current?.value ?? "");
    // Signed in: the form stays busy until the next page is there.
    if (failed === null) return window.location.assign(target);
    setBusy(false);
    setFailure(failed);
    setLockedUntil(failed.code === "rate_limited" && failed.retryAfterMs !== undefined ? Date.now() + failed.retryAfterMs : null);
    if (failed.code === "unauthenticated") selectText(password);
  }

  // The one thing to do on this page; on a touch screen the keyboard would cover it.
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) email.current?.focus();
  }, [email]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (busy || lockedMs > 0) return;
    const wrong = findMissing(email.current?.value.trim() ?? "", password.current?.value ?? "");
    setMissing(wrong);
    setFailure(null);
    if (wrong.email !== undefined) email.current?.focus();
    else if (wrong.password !== undefined) password.current?.focus();
    else void attempt();
  }

  return { busy, missing, failure, lockedMs, submit };
}

/** Answers null when the sign-in succeeded. */
async function trySignIn(email: string, password: string): Promise<SignInFailure | null> {
  try {
    const answer = await signIn("credentials", { email, password, redirect: false });
    if (answer === undefined) return { code: "unavailable" };
    return answer.error === null || answer.error === undefined ? null : readSignInError(answer.error);
  } catch {
    return { code: navigator.onLine ? "unavailable" : "network" };
  }
}

function findMissing(email: string, password: string): Missing {
  const isAddress = /^[^\s@]+@[^\s@]+$/u.test(email);
  return {
    ...(email === "" ? { email: "emailMissing" } : isAddress ? {} : { email: "emailWrong" }),
    ...(password === "" ? { password: "passwordMissing" } : {}),
  };
}

function selectText(field: RefObject<HTMLInputElement | null>): void {
  field.current?.focus();
  field.current?.select();
}

function Message({ failure, lockedMs, reason }: { failure: SignInFailure | null; lockedMs: number; reason: Reason }) {
  const t = useTranslations("signIn");
  const errorText = useErrorText();
  if (failure !== null) {
    const isLocked = failure.code === "rate_limited" && failure.retryAfterMs !== undefined;
    if (isLocked && lockedMs === 0) return null;
    return (
      <Banner tone={isLocked ? "warning" : "danger"} role="alert" rounded>
        {isLocked
          ? t("locked", { time: formatDuration(Math.ceil(failure.retryAfterMs ?? 0)) })
          : failure.code === "unauthenticated"
            ? t("wrong")
            : failure.code === "forbidden"
              ? t("forbidden")
              : errorText(failure)}
      </Banner>
    );
  }
  if (reason === null) return null;
  return (
    <Banner tone={reason === "expired" ? "warning" : "success"} rounded>
      {t(reason)}
    </Banner>
  );
}

function subscribeToNothing() {
  return () => {};
}
