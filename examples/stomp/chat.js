// One customer or one agent over STOMP. No token: the browser's cookie of this site says who it is.
const staff = document.body.dataset.page === "staff";
const [state, lines, form, text, to] = ["state", "lines", "form", "text", "to"].map((id) => document.getElementById(id));

const client = new StompJs.Client({
  brokerURL: `${location.origin.replace(/^http/, "ws")}/endpoint-websocket?raw=1`,
  reconnectDelay: 2_000,
  heartbeatIncoming: 10_000,
  heartbeatOutgoing: 10_000,
  onConnect() {
    state.textContent = "Connected";
    // A customer's own conversation; for waiters every customer's messages, and what was sent to all.
    client.subscribe(staff ? "/topic/game_chat" : "/chat/single/me", ({ body }) => show(JSON.parse(body)));
    client.subscribe("/topic/notices", ({ headers, body }) => {
      if (headers.event === "notice:pushed") show({ content: `Notice: ${JSON.parse(body).notice.title}` });
    });
    // What became of our own sends, and everything else that happens.
    client.subscribe("/user/queue/events", ({ headers, body }) => {
      if (headers.event === "error") state.textContent = JSON.parse(body).message;
    });
  },
  onStompError({ headers }) {
    state.textContent = headers.message;
    // Who is not let in now will not be let in two seconds later.
    if (headers.code === "unauthenticated" || headers.code === "forbidden") void client.deactivate();
  },
  onWebSocketClose() {
    if (client.active) state.textContent = "Reconnecting…";
  },
});

function show({ content, from = null }, own = false) {
  const line = document.createElement("li");
  if (own) line.className = "own";
  if (staff && from !== null && !own) {
    const answer = document.createElement("button");
    answer.textContent = content;
    answer.title = "Answer";
    answer.onclick = () => {
      to.value = from;
      text.focus();
    };
    line.append(answer);
  } else line.textContent = content;
  lines.append(line);
}

form.onsubmit = (event) => {
  event.preventDefault();
  if (text.value.trim() === "" || !client.connected) return;
  const message = { content: text.value, clientMsgId: crypto.randomUUID(), ...(staff && to.value !== "" ? { to: to.value } : {}) };
  client.publish({ destination: "/app/v1/chat", body: JSON.stringify(message) });
  show(message, true);
  text.value = "";
};

client.activate();
