import WebSocket from "ws";

/** A Socket.IO connection with nothing around it, so that one process can hold ten thousand. */
export type RawSocket = {
  readonly socket: WebSocket;
  readonly sessionId: string;
  /** Milliseconds from the dial to `hello`. */
  readonly readyMs: number;
};

export type RawOptions = {
  readonly token: string;
  /** Comes from this address of loopback. */
  readonly localAddress?: string;
  readonly limitMs?: number;
};

/** Dials and resolves after `hello`; answers pings from then on. Rejects when it is refused or takes too long. */
export function dialRaw(url: string, { token, localAddress, limitMs = 20_000 }: RawOptions): Promise<RawSocket> {
  const begun = performance.now();
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false, handshakeTimeout: limitMs, ...(localAddress === undefined ? {} : { localAddress }),
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error("no hello came")), limitMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.terminate();
      reject(error);
    };
    socket.on("error", fail);
    socket.once("close", () => fail(new Error("closed before hello")));
    socket.on("message", (data: Buffer) => {
      // Most messages are none of ours: only their beginning is looked at.
      const head = data.toString("latin1", 0, 10);
      if (head === "2") socket.send("3");
      else if (head.startsWith("0{")) socket.send(`40${JSON.stringify({ token, v: 1 })}`);
      else if (head.startsWith("44")) fail(new Error(data.toString()));
      else if (head.startsWith('42["hello"')) {
        clearTimeout(timer);
        resolve({ socket, sessionId: /"sessionId":"([\w-]+)"/u.exec(data.toString())?.[1] ?? "", readyMs: performance.now() - begun });
      }
    });
  });
}
