import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** For tests: a line to a server that can go silent without closing, as a lost network does. */
export type Proxy = {
  readonly url: string;
  /** The path of each connection's first request. */
  readonly asked: readonly string[];
  silence: () => void;
  heal: () => void;
};

/** Opens a line to this port; it closes with the test. Silenced connections stay silent, new ones work after `heal`. */
export async function openProxy(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  let silent = false;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.once("data", (bytes: Buffer) => asked.push(bytes.toString("latin1").split(" ", 2)[1] ?? ""));
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.on("data", (bytes) => !silent && to.write(bytes));
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    asked,
    silence() {
      silent = true;
    },
    heal() {
      for (const socket of sockets) socket.removeAllListeners("data");
      silent = false;
    },
  };
}
