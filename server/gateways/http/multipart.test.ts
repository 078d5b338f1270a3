import { createServer, request, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "#server/ids.ts";
import { readUploadForm } from "./multipart.ts";
import { createUploadGate } from "./upload-gate.ts";

const gate = createUploadGate(32 * 1024 * 1024);
const boundary = "frontier";
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((req, res) => {
    const pass = gate.enter(createId());
    // Only where a test is about patience is there little: the machine may be busy.
    readUploadForm(req, pass, req.headers["x-patience"] === "little" ? { silence: 200, whole: 600 } : { silence: 10_000, whole: 25_000 })
      .then(({ bytes, ...rest }) => JSON.stringify({ bytes: bytes.length, ...rest }), (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)))
      .then((answer) => {
        pass.leave();
        res.writeHead(200, { Connection: "close" }).end(answer);
        req.resume();
      }, () => res.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => new Promise((done) => server.close(done)));

type Sent = { readonly body: Buffer | string; readonly headers?: Readonly<Record<string, string | number>>; readonly open?: boolean };

/** What the server answers to this body. */
function send({ body, headers = {}, open = false }: Sent): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: "127.0.0.1", method: "POST", headers: { "Content-Type": `multipart/form-data; boundary=${boundary}`, ...headers } }, (res) => {
      let text = "";
      res.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => {
        req.destroy();
        resolve(text);
      });
    });
    req.on("error", reject);
    req.write(body);
    if (!open) req.end();
  });
}

function part(name: string, content: string | Buffer, more = ""): Buffer {
  return Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]);
}
const file = (content: string | Buffer, name = "a.png"): Buffer => part("file", content, `; filename="${name}"`);
const form = (...parts: readonly Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);

describe("a form with a file", () => {
  it("is read with its name and its conversation, whichever comes first", async () => {
    const id = createId();
    for (const body of [form(file("abc"), part("conversationId", id.toUpperCase())), form(part("conversationId", id), part("other", "x"), file("abc"))]) {
      expect(JSON.parse(await send({ body }))).toEqual({ bytes: 3, name: "a.png", conversationId: expect.stringMatching(new RegExp(id, "iu")) });
    }
    expect(JSON.parse(await send({ body: form(file("", "猫.png")) }))).toEqual({ bytes: 0, name: "猫.png" });
  });

  it.each([
    ["no file", form(part("other", "x"))],
    ["a file under another name", form(part("picture", "abc", `; filename="a.png"`))],
    ["two files", form(file("abc"), file("def"))],
    ["a conversation that is no id", form(part("conversationId", "42"), file("abc"))],
    ["two conversations", form(part("conversationId", createId()), part("conversationId", createId()), file("abc"))],
    ["1,000 parts", form(...Array.from({ length: 1_000 }, (_, index) => part(`x${index}`, "x")), file("abc"))],
    ["no end", Buffer.concat([file("abc")])],
    ["no beginning", Buffer.from("nothing of the kind")],
    ["nothing", Buffer.alloc(0)],
    ["a header of 100 KB", form(part("file", "abc", `; filename="${"x".repeat(100_000)}"`))],
  ])("is refused with %s", async (_, body) => {
    expect(await send({ body })).toBe("bad_request");
  });

  it("is refused beyond 8 MB, in the file or beside it", async () => {
    const most = 8 * 1024 * 1024;
    expect(JSON.parse(await send({ body: form(file(Buffer.alloc(most - 1))) }))).toMatchObject({ bytes: most - 1 });
    expect(await send({ body: form(file(Buffer.alloc(most + 1))) })).toBe("too_large");
    expect(await send({ body: Buffer.concat([Buffer.alloc(most + 100_000, "x"), form(file("abc"))]) })).toBe("too_large");
  });

  it("is refused as anything but a form", async () => {
    for (const type of ["application/json", "image/png", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded", ""]) {
      expect(await send({ body: form(file("abc")), headers: { "Content-Type": type } })).toBe("unsupported_media");
    }
    expect(await send({ body: form(file("abc")), headers: { "Content-Encoding": "gzip" } })).toBe("unsupported_media");
    expect(await send({ body: form(file("abc")), headers: { "Content-Type": "multipart/form-data" } })).toBe("bad_request");
  });

  it("is refused when it stops coming, or comes too slowly", async () => {
    expect(await send({ body: file("abc"), headers: { "X-Patience": "little" }, open: true })).toBe("unavailable");
    expect(await send({ body: file("abc"), headers: { "X-Patience": "little", "Content-Length": 5_000 }, open: true })).toBe("unavailable");
  });

  it("leaves no memory counted when clients go away", async () => {
    for (let round = 0; round < 50; round += 1) {
      await new Promise<void>((done) => {
        const req = request({ port, host: "127.0.0.1", method: "POST", headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` } });
        req.on("error", () => {}).on("close", () => done());
        req.write(Buffer.concat([file(Buffer.alloc(1_000_000))]), () => req.destroy());
      });
    }
    const most = Buffer.alloc(8 * 1024 * 1024 - 1);
    const together = await Promise.all(Array.from({ length: 4 }, () => send({ body: form(file(most)) })));
    expect(together).toEqual(Array.from({ length: 4 }, () => JSON.stringify({ bytes: most.length, name: "a.png" })));
  });
});
