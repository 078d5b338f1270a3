import { createServer } from "node:net";

/** Below the range from which the system takes ports for outgoing connections: nobody takes one of these meanwhile. */
const [first, last] = [12_000, 31_000];
let next = first + (process.pid * 37) % (last - first - 1_000);

/** A port of this machine that nobody listens at, and that stays ours while its program is being started again. */
export async function stablePort(): Promise<number> {
  for (;;) {
    next = next >= last ? first : next + 1;
    const port = next;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
