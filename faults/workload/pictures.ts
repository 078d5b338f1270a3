import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { History } from "#faults/history.ts";
import { command, request } from "#faults/stage/api.ts";
import type { Attachment } from "#protocol/objects.ts";
import { makePicture } from "#server/testing/pictures.ts";

import type { Person } from "./person.ts";
import { reasonOf } from "./repeats.ts";

/** Sends a picture until it is acknowledged or refused for good, or until `given` says that it is enough. */
export type Photographer = { send(person: Person, isOver: () => boolean): Promise<void> };

export async function createPhotographer(history: History): Promise<Photographer> {
  const bytes = new Uint8Array(await makePicture("png"));

  async function upload(person: Person, conversationId: string): Promise<string> {
    const form = new FormData();
    form.append("file", new Blob([bytes], { type: "image/png" }), "picture.png");
    form.append("conversationId", conversationId);
    return (await request<Attachment>(person.url, "attachments", { token: person.token(), body: form })).id;
  }

  return {
    async send(person, isOver) {
      const { who, userId, client } = person;
      const conversationId = client.store.getState().ownConversationId;
      if (conversationId === null) return;
      const clientMsgId = randomUUID();
      let attachmentId: string | null = null;
      history.add({ kind: "invoke", who: `${who} picture`, senderId: userId, clientMsgId, text: "", lane: null });
      while (!isOver()) {
        try {
          attachmentId ??= await upload(person, conversationId);
          const { message } = await command(person.url, "message:send", { token: person.token(), input: { clientMsgId, conversationId, kind: "image", attachmentIds: [attachmentId] } });
          history.add({ kind: "ok", who: `${who} picture`, clientMsgId, id: message.id, seq: message.seq, conversationId });
          return;
        } catch (error) {
          const { code, retryable } = reasonOf(error);
          history.add({ kind: retryable ? "unknown" : "fail", who: `${who} picture`, clientMsgId, code });
          if (!retryable) return;
          await sleep(500);
        }
      }
    },
  };
}
