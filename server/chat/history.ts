import type { CommandData, CommandInput } from "#protocol/commands.ts";
import { limits } from "#protocol/limits.ts";
import type { AnyMessage, Message } from "#protocol/objects.ts";

import { findConversation, type Standing } from "./conversation-rows.ts";
import { messageColumns, messageTables, readMessages } from "./message-rows.ts";
import type { Caller } from "./node.ts";
import { presentToCustomer } from "./present.ts";

const forwards = `select ${messageColumns} from ${messageTables} where m."conversationId" = $1 and m.seq > $2 order by m.seq limit $3`;
const backwards = `select ${messageColumns} from ${messageTables} where m."conversationId" = $1 and m.seq < $2 order by m.seq desc limit $3`;
const changes = `select ${messageColumns} from ${messageTables} where m."conversationId" = $1 and m.rev > $2 order by m.rev limit $3`;

/**
 * A page of a conversation, ascending, at most 256 KiB: forwards from `after`, or backwards from
 * `before`; with `rev`, also what was edited or recalled since. Errors: `not_found`.
 */
export async function syncConversation(caller: Caller, input: CommandInput<"conversation:sync">): Promise<CommandData<"conversation:sync">> {
  const conversation = await findConversation(caller, input.conversationId);
  if (conversation === null) return { conversationId: null, messages: [], updated: [], head: 0, rev: 0, more: false };
  const { messages, more } = await readPage(caller, conversation, input);
  const { updated, rev } = await readChanges(caller, conversation, input.rev);
  const present = (list: readonly Message[]): AnyMessage[] => (caller.identity.role === "customer" ? list.map(presentToCustomer) : [...list]);
  return {
    conversationId: conversation.id,
    messages: present(messages),
    updated: present(updated),
    // What was stored while this page was read counts too, or the page would run ahead of its head.
    head: Math.max(conversation.head, messages.at(-1)?.seq ?? 0),
    rev,
    more,
  };
}

async function readPage({ node }: Caller, conversation: Standing, input: CommandInput<"conversation:sync">) {
  const limit = input.limit ?? limits.syncMessages;
  const back = input.before !== undefined;
  const found = await readMessages(node, back ? backwards : forwards, [conversation.id, input.before ?? input.after ?? 0, limit + 1]);
  const page = cutToSize(found.slice(0, limit));
  return { messages: back ? page.reverse() : page, more: page.length < found.length };
}

/* If more changed than one answer holds, `rev` stops at the last one given and the next call goes on from there. */
async function readChanges({ node }: Caller, conversation: Standing, since: number | undefined) {
  if (since === undefined || since >= conversation.rev) return { updated: [], rev: conversation.rev };
  const { rows } = await node.database.pool.query<{ seq: number; rev: number }>(
    `select seq::float8 as seq, rev::float8 as rev from "Message" where "conversationId" = $1 and rev > $2 order by rev limit $3`,
    [conversation.id, since, limits.syncMessages + 1],
  );
  const updated = cutToSize(await readMessages(node, changes, [conversation.id, since, limits.syncMessages]));
  const last = rows[updated.length - 1];
  return { updated, rev: updated.length < rows.length && last !== undefined ? last.rev : Math.max(conversation.rev, last?.rev ?? 0) };
}

/* Half of an answer's size for each of its two lists; the first message always fits. */
function cutToSize(messages: Message[]): Message[] {
  let size = 0;
  const end = messages.findIndex((message, index) => {
    size += Buffer.byteLength(JSON.stringify(message));
    return index > 0 && size > limits.syncBytes / 2;
  });
  return end === -1 ? messages : messages.slice(0, end);
}
