"use client";

import { useCallback } from "react";
import { useTranslations } from "use-intl/react";
import { errors } from "#protocol/errors.ts";

/** What is known of a failure: a wire error, a problem of HTTP, or one of the browser's own (`network`, `timeout`). */
export type Failure = { code: string; retryAfterMs?: number | undefined };

/**
 * Says in the viewer's language what happened and what to do. Needs the namespace `errors`.
 * A code that nobody knows is told as `unknown`, never shown raw.
 */
export function useErrorText(): (failure: Failure) => string {
  const t = useTranslations("errors");
  return useCallback(
    ({ code, retryAfterMs }: Failure) => {
      if (code === "rate_limited" && retryAfterMs !== undefined)
        return t("rate_limited_for", { seconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
      return t(isKnown(code) ? code : "unknown");
    },
    [t],
  );
}

function isKnown(code: string): code is keyof typeof errors | "network" | "timeout" {
  return Object.hasOwn(errors, code) || code === "network" || code === "timeout";
}
