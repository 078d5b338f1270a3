// An agent's bot over /ws: it receives every customer's messages and answers those that nobody has taken.
// XIAOER_URL=http://localhost:3000 BOT_EMAIL=bot@example.com BOT_PASSWORD=… node examples/bot.mjs
import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";

const { XIAOER_URL = "http://localhost:3000", BOT_EMAIL: email, BOT_PASSWORD: password } = process.env;
/** Staff tokens live ten minutes; the line stays when a fresh one is shown in time. */
const refreshMs = 8 * 60_000;
const answers = new Map([
  [/运费|shipping/i, "满 99 元包邮。Shipping is free from ¥99."],
  [/营业|open/i, "每天 9:00–21:00。We are here from 9 to 21 every day."],
]);
let token = null;
let waitMs = 1_000;

async function post(path, body) {
  const response = await fetch(`${XIAOER_URL}/api/v1/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${answer.code}, ${answer.detail}`);
  return answer;
}

async function signIn() {
  token = null;
  ({ token } = await post("auth/login", { email, password }));
}

/** The token stands in the address here, so a ticket goes there: it opens one connection within a minute. */
async function connect() {
  if (token === null) await signIn();
  const { ticket } = await post("auth/ticket", {});
  const socket = new WebSocket(`${XIAOER_URL.replace(/^http/, "ws")}/ws?token=${ticket}`);
  const waiting = new Map();
  const give = (type, content) =>
    new Promise((resolve, reject) => {
      const id = randomUUID();
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ type, content, id }));
    });
  const refreshing = setInterval(() => void refresh(give).catch(report), refreshMs);

  socket.on("message", (data) => {
    const { type, content, id } = JSON.parse(new TextDecoder().decode(data));
    if (type === "ack") {
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (content.ok) resolve?.(content.data);
      else reject?.(new Error(`${content.error.code}: ${content.error.message}`));
    } else if (type === "hello") begin(give).catch(report);
    else if (type === "message:created") for (const message of content.messages) answer(give, message).catch(report);
  });
  socket.on("error", report);
  socket.on("close", (code) => {
    clearInterval(refreshing);
    for (const { reject } of waiting.values()) reject(new Error("the line broke"));
    if (code === 4401) token = null;
    setTimeout(start, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(waitMs * 2, 30_000);
  });
}

async function begin(give) {
  waitMs = 1_000;
  await give("waiter:register", {});
  process.stdout.write("ready\n");
  // What came while we were away.
  const { conversations } = await give("conversation:list", { filter: "unassigned", limit: 100 });
  for (const { lastMessage } of conversations) if (lastMessage !== null) await answer(give, lastMessage);
}

async function answer(give, { id, conversationId, kind, text, senderRole, seq }) {
  if (senderRole !== "customer" || kind !== "text") return;
  const known = [...answers].find(([question]) => question.test(text));
  if (known === undefined) return;
  // The same id for the same question: however often it comes, it is answered once.
  await give("message:send", { clientMsgId: id, conversationId, kind: "text", text: known[1], replyTo: seq });
}

async function refresh(give) {
  ({ token } = await post("auth/refresh", {}));
  await give("token:refresh", { token });
}

function report(error) {
  process.stderr.write(`${error.message}\n`);
}

function start() {
  connect().catch((error) => {
    report(error);
    token = null;
    setTimeout(start, waitMs);
    waitMs = Math.min(waitMs * 2, 30_000);
  });
}

start();
