"use client";

import { useCallback } from "react";
import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { toCommandError, type CommandError } from "#components/realtime/command-error.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";

/** What a refusal means here, where the usual words for its code are not enough; undefined: the usual words. */
type Explain = (error: CommandError) => string | undefined;

/** Runs a command and says in a toast why it failed. Answers its data, or null after a failure. */
export function useCommand() {
  const client = useClient();
  const toast = useToast();
  const t = useTranslations("console.thread");
  const errorText = useErrorText();
  return useCallback(
    async <Name extends CommandName>(name: Name, input: CommandInput<Name>, explain?: Explain): Promise<CommandData<Name> | null> => {
      try {
        return await client.call(name, input);
      } catch (thrown) {
        const error = toCommandError(thrown);
        const body = explain?.(error) ?? errorText({ code: error.code, retryAfterMs: error.retryAfterMs ?? undefined });
        toast.show({ id: `failed:${name}`, tone: "danger", title: t("lostTitle"), body });
        return null;
      }
    },
    [client, toast, t, errorText],
  );
}
