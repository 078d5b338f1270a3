import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";
import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Answer } from "#protocol/errors.ts";
import type { EventPayload } from "#protocol/events.ts";
import type { Grant } from "#protocol/http.ts";
import type { Message, Notice } from "#protocol/objects.ts";
import { admin } from "./people.ts";

/** A member of staff without a browser: the other side of a customer's page. */
export type Staff = {
  readonly token: string;
  call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandData<Name>>;
  /** Waits for a customer's message with this text; answers it. */
  hear(text: string): Promise<Message>;
  say(conversationId: string, text: string): Promise<Message>;
  sendPicture(conversationId: string, picture: Buffer, text?: string): Promise<Message>;
  pushNotice(notice: Pick<Notice, "title" | "body" | "level" | "audience">): Promise<Notice>;
  withdraw(noticeId: string): Promise<void>;
  urged(): Promise<EventPayload<"conversation:urged">>;
  close(): void;
};

const waitMs = 15_000;

/** Signs in as the admin and receives as a waiter. */
export async function joinStaff(url: string): Promise<Staff> {
  const { token } = await request<Grant>(`${url}/api/v1/auth/login`, { body: JSON.stringify(admin) });
  const socket = io(url, { auth: { token, v: 1 }, transports: ["websocket"], forceNew: true });
  const heard: Message[] = [];
  const urges: EventPayload<"conversation:urged">[] = [];
  socket.on("message:created", ({ messages }: { messages: Message[] }) => heard.push(...messages));
  socket.on("conversation:urged", (urge: EventPayload<"conversation:urged">) => urges.push(urge));
  await new Promise((done) => {
    socket.once("hello", done);
  });

  async function call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandData<Name>> {
    const answer: Answer<CommandData<Name>> = await socket.timeout(8_000).emitWithAck(name, input);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.code} ${answer.error.message}`);
    return answer.data;
  }
  const authorization = { authorization: `Bearer ${token}` };
  await call("waiter:register", {});
  return {
    token,
    call,
    hear: (text) => eventually(() => heard.find((message) => message.text === text)),
    async say(conversationId, text) {
      return (await call("message:send", { conversationId, clientMsgId: randomUUID(), kind: "text", text })).message;
    },
    async sendPicture(conversationId, picture, text = "") {
      const body = new FormData();
      body.append("conversationId", conversationId);
      body.append("file", new Blob([new Uint8Array(picture)]), "picture.png");
      const { id } = await request<{ id: string }>(`${url}/api/v1/attachments`, { body, headers: authorization });
      return (await call("message:send", { conversationId, clientMsgId: randomUUID(), kind: "image", text, attachmentIds: [id] })).message;
    },
    async pushNotice(notice) {
      const { id } = await request<Notice>(`${url}/api/v1/notices`, { body: JSON.stringify(notice), headers: authorization });
      return request<Notice>(`${url}/api/v1/notices/${id}/push`, { body: "{}", headers: authorization });
    },
    async withdraw(noticeId) {
      await request(`${url}/api/v1/notices/${noticeId}/withdraw`, { body: "{}", headers: authorization });
    },
    urged: () => eventually(() => urges.shift()),
    close: () => void socket.close(),
  };
}

async function request<Data>(url: string, { body, headers = {} }: { body: string | FormData; headers?: Record<string, string> }): Promise<Data> {
  const type: Record<string, string> = typeof body === "string" ? { "content-type": "application/json" } : {};
  const response = await fetch(url, { method: "POST", body, headers: { ...headers, ...type } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function eventually<Found>(look: () => Found | undefined): Promise<Found> {
  const limit = Date.now() + waitMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > limit) throw new Error("It did not come.");
    await new Promise((done) => {
      setTimeout(done, 20);
    });
  }
}
