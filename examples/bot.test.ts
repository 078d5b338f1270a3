import { spawn } from "node:child_process";

import { beforeAll, expect, it } from "vitest";

import { createStaff } from "#server/auth/staff.ts";
import { authenticate } from "#server/auth/identity.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let bot: Bot;

const email = "bot@shop.example";
const password = "a bot's own password";

beforeAll(async () => {
  node = await startTestNode();
  const admin = await authenticate(node.node, (await makeStaff(node, "admin")).token);
  await createStaff(node.node, admin, { email, password, name: "Bot", role: "agent" });
  bot = startBot();
  await bot.says(/^ready$/m);
});

type Bot = { says(text: RegExp): Promise<void>; end(): Promise<void> };

/** The script as its first lines say that it is started. */
function startBot(): Bot {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, ["examples/bot.mjs"], { env: { PATH, NODE_ENV: "production", XIAOER_URL: node.url, BOT_EMAIL: email, BOT_PASSWORD: password } });
  const over = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = (): Promise<void> => {
    child.kill();
    return over;
  };
  atEnd(end);
  let printed = "";
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      for (const look of looks) look();
    });
  }
  return {
    end,
    says: (text) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the bot did not say it; it said: ${printed}`)), 30_000);
      const look = (): void => {
        if (!text.test(printed)) return;
        clearTimeout(timer);
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    }),
  };
}

it("answers what it knows, once, and leaves the rest to people", async () => {
  const guest = await connect(node, await makeGuest(node));
  await guest.say("How is the weather?");
  const question = await guest.say("运费多少？");
  const answer = await guest.next("message:created", ({ messages }) => messages.some((message) => "replyTo" in message && message.replyTo === question.seq));
  expect(answer.messages[0]).toMatchObject({ senderRole: "agent", senderName: "Bot", text: "满 99 元包邮。Shipping is free from ¥99.", clientMsgId: question.id });
  const { messages } = await guest.call("conversation:sync", { after: 0 });
  expect(messages.filter((message) => "senderRole" in message && message.senderRole === "agent")).toHaveLength(1);
});

it("answers what came while it was away, and nothing twice", async () => {
  const guest = await connect(node, await makeGuest(node));
  const answered = await guest.say("shipping?");
  await guest.next("message:created", ({ messages }) => messages.some((message) => "replyTo" in message && message.replyTo === answered.seq));
  await bot.end();
  const question = await guest.say("When do you open?");
  const another = startBot();
  await guest.next("message:created", ({ messages }) => messages.some((message) => "replyTo" in message && message.replyTo === question.seq));
  await another.says(/^ready$/m);
  const { messages } = await guest.call("conversation:sync", { after: 0 });
  expect(messages.filter((message) => "senderRole" in message && message.senderRole === "agent")).toHaveLength(2);
});
