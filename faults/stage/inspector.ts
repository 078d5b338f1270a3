import WebSocket from "ws";

import { until } from "./processes.ts";

/** What a node holds after a full garbage collection. */
export type Held = { readonly heapMb: number; readonly resources: number };

/**
 * Looks into a running node that was started with `--inspect-port=<port>`: SIGUSR1 opens Node's own inspector, which
 * collects garbage and then counts what is left.
 */
export async function readHeld(pid: number, port: number): Promise<Held> {
  process.kill(pid, "SIGUSR1");
  let target = "";
  await until("the inspector listens", async () => {
    const list: { webSocketDebuggerUrl: string }[] = await fetch(`http://127.0.0.1:${String(port)}/json/list`).then((response) => response.json(), () => []);
    target = list[0]?.webSocketDebuggerUrl ?? "";
    return target !== "";
  });
  const socket = new WebSocket(target);
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  let id = 0;
  const ask = <Answer>(method: string, params: object = {}): Promise<Answer> => new Promise((resolve) => {
    const mine = (id += 1);
    const hear = (data: Buffer): void => {
      const message: { id?: number; result: Answer } = JSON.parse(data.toString());
      if (message.id !== mine) return;
      socket.off("message", hear);
      resolve(message.result);
    };
    socket.on("message", hear);
    socket.send(JSON.stringify({ id: mine, method, params }));
  });
  await ask("HeapProfiler.enable");
  for (let n = 0; n < 3; n += 1) await ask("HeapProfiler.collectGarbage");
  const { usedSize } = await ask<{ usedSize: number }>("Runtime.getHeapUsage");
  const { result } = await ask<{ result: { value: number } }>("Runtime.evaluate", { expression: "process.getActiveResourcesInfo().length", returnByValue: true });
  socket.close();
  return { heapMb: usedSize / 1_048_576, resources: result.value };
}
