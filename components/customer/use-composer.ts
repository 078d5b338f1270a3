"use client";

import { useCallback, useEffect, useState, type RefObject } from "react";
import { useTray } from "#components/chat/use-tray.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { limits } from "#protocol/limits.ts";
import { useDraft } from "./use-draft.ts";
import { allowedFor, useWriting } from "./use-writing.tsx";

/** What is being written: a new message with its pictures, or a change to one that was sent; and how it goes. */
export function useComposer(box: RefObject<HTMLTextAreaElement | null>) {
  const client = useClient();
  const tray = useTray();
  const { editing, edit, save, offered, taken } = useWriting();
  const [draft, setDraft] = useDraft(box);
  const [changed, setChanged] = useState({ id: "", text: "" });
  const [isSaving, setIsSaving] = useState(false);
  const text = editing === null ? draft : changed.id === editing.id ? changed.text : editing.text;
  const hasPictures = editing === null && tray.pictures.length > 0;
  const canSend = !isSaving && text.length <= limits.textCharacters && (text.trim() !== "" || hasPictures);

  const focus = useCallback(() => {
    const field = box.current;
    field?.focus({ preventScroll: true });
    field?.setSelectionRange(field.value.length, field.value.length);
  }, [box]);
  useEffect(() => {
    if (editing !== null) focus();
  }, [editing, focus]);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia("(pointer: fine)").matches) focus();
  }, [focus]);
  useEffect(() => {
    if (offered === null) return;
    setDraft([draft, offered].filter(Boolean).join("\n"));
    taken();
    requestAnimationFrame(focus);
  }, [offered, taken, draft, setDraft, focus]);

  const write = (value: string) => {
    if (editing !== null) return setChanged({ id: editing.id, text: value });
    setDraft(value);
    client.setTyping(null, value !== "");
  };
  const take = (files: readonly File[]) => {
    if (files.length === 0 || editing !== null) return;
    tray.add(files);
    focus();
  };
  const saveChange = async () => {
    setIsSaving(true);
    const isDone = await save(text.trim());
    setIsSaving(false);
    if (isDone) edit(null);
    focus();
  };
  const submit = () => {
    if (!canSend) return;
    if (editing !== null) return void saveChange();
    client.send({ text: text.trim(), files: tray.pictures.map(({ file }) => file) });
    setDraft("");
    tray.clear();
    focus();
  };
  const editLast = () => {
    const { ownConversationId, threads, me, serverOffsetMs } = client.store.getState();
    const messages = (ownConversationId === null ? undefined : threads.get(ownConversationId))?.messages ?? [];
    const last = messages.findLast((message) => message.senderId === me?.id && message.recalledAt === null);
    if (last === undefined || !allowedFor(last, Date.now() + serverOffsetMs).edit) return false;
    edit(last);
    return true;
  };
  const cancelEdit = () => {
    edit(null);
    focus();
  };
  return { text, write, canSend, isSaving, editing, cancelEdit, editLast, submit, tray, take };
}
