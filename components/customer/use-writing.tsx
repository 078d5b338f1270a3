"use client";

import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { toCommandError } from "#components/realtime/command-error.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { limits } from "#protocol/limits.ts";
import type { Message } from "#protocol/objects.ts";

/** What the composer and the messages have to do with each other. */
export type Writing = {
  /** The message of mine that the composer changes; null: it writes a new one. */
  editing: Message | null;
  edit: (message: Message | null) => void;
  /** A text that is to be put into the composer; `taken` empties it. */
  offered: string | null;
  taken: () => void;
  recall: (message: Message) => Promise<void>;
  /** Saves the text of `editing`. True when the server took it. */
  save: (text: string) => Promise<boolean>;
  /** The text of a message that I recalled a moment ago. */
  recalledText: (seq: number) => string | null;
  offer: (text: string) => void;
  /** Why the last action failed; goes by itself. */
  trouble: string | null;
};

const WritingContext = createContext<Writing | null>(null);
const troubleMs = 6_000;

export function WritingProvider({ children }: { children: ReactNode }) {
  const client = useClient();
  const t = useTranslations("customer.message");
  const errorText = useErrorText();
  const [editing, edit] = useState<Message | null>(null);
  const [offered, setOffered] = useState<string | null>(null);
  const [recalled, setRecalled] = useState<ReadonlyMap<number, string>>(new Map());
  const [trouble, setTrouble] = useState<string | null>(null);

  useEffect(() => {
    if (trouble === null) return undefined;
    const timer = setTimeout(() => setTrouble(null), troubleMs);
    return () => clearTimeout(timer);
  }, [trouble]);

  const attempt = useCallback(
    async (work: () => Promise<unknown>) => {
      try {
        setTrouble(null);
        await work();
        return true;
      } catch (thrown) {
        const { code, retryAfterMs } = toCommandError(thrown);
        setTrouble(code === "conflict" ? t("tooLate") : errorText({ code, retryAfterMs: retryAfterMs ?? undefined }));
        return false;
      }
    },
    [t, errorText],
  );
  const writing = useMemo<Writing>(
    () => ({
      editing,
      edit,
      offered,
      offer: setOffered,
      taken: () => setOffered(null),
      async recall({ conversationId, seq, text }) {
        const done = await attempt(() => client.call("message:recall", { conversationId, seq }));
        if (done && text !== "") setRecalled((known) => new Map(known).set(seq, text));
      },
      save: (text) =>
        attempt(async () => {
          if (editing === null || editing.text === text) return;
          await client.call("message:edit", { conversationId: editing.conversationId, seq: editing.seq, text });
        }),
      recalledText: (seq) => recalled.get(seq) ?? null,
      trouble,
    }),
    [client, attempt, editing, offered, recalled, trouble],
  );
  return <WritingContext value={writing}>{children}</WritingContext>;
}

/** Needs WritingProvider. */
export function useWriting(): Writing {
  const writing = use(WritingContext);
  if (writing === null) throw new Error("useWriting needs WritingProvider above it.");
  return writing;
}

/** What may still be done with a message of mine at this moment of the server's clock. */
export function allowedFor({ kind, createdAt }: Message, serverNow: number): { edit: boolean; recall: boolean } {
  const age = serverNow - Date.parse(createdAt);
  return { edit: kind === "text" && age < limits.editWindowMs, recall: age < limits.recallWindowMs };
}
