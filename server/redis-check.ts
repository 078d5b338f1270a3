import { connect as openPlain, type Socket } from "node:net";
import { connect as openTls } from "node:tls";

import { createAddressList } from "./address-list.ts";
import { StartError } from "./start-error.ts";

/** A Redis that is not there or says nothing is no reason not to start. */
const limitMs = 1_500;
const thisMachine = createAddressList(["127.0.0.0/8", "::1"]);

/**
 * Makes sure that the Redis of REDIS_URL, where it is on another machine, is not open to everybody there: throws a
 * StartError when it carries out commands of whoever shows no password. `near`: the addresses that nobody else reaches.
 */
export async function checkRedis(url: string, near = thisMachine): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const place = { host, port: Number(port || 6379) };
  const { address, answer } = await askWithoutPassword(() => (protocol === "rediss:" ? openTls({ ...place, servername: host }) : openPlain(place)));
  if (address === null || near.includes(address) || !answer.startsWith("+PONG")) return;
  throw new StartError(`REDIS_URL points to ${host}:${place.port}, which takes commands without a password; set requirepass or an ACL there, and the password in REDIS_URL`);
}

function askWithoutPassword(open: () => Socket): Promise<{ address: string | null; answer: string }> {
  return new Promise((resolve) => {
    const socket = open();
    let answer = "";
    let address: string | null = null;
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ address, answer });
    };
    const timer = setTimeout(finish, limitMs);
    socket.once("connect", () => {
      address = socket.remoteAddress ?? null;
      socket.write("PING\r\n");
    });
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      if (answer.includes("\r\n")) finish();
    });
    socket.once("error", finish);
    socket.once("close", finish);
  });
}
