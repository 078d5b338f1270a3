import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { unavailable } from "./command-error.ts";
import type { State } from "./state.ts";
import { createModelSender, draft, emptied, failed, openTab, pending, refusal, texts } from "./testing/outbox-tab.ts";
import { until } from "./testing/until.ts";

describe("pictures in the outbox", () => {
  const picture = () => new File([new Uint8Array([1, 2, 3])], "shot.png", { type: "image/png" });
  const attachment = (id: string) => ({ id, mime: "image/webp", bytes: 3, name: "shot.webp", width: 4, height: 3, thumbhash: null, url: "", thumbUrl: null });
  const ids = ["0197c000-0000-7000-8000-000000000001", "0197c000-0000-7000-8000-000000000002", "0197c000-0000-7000-8000-000000000003"];

  it("are uploaded once, then sent with their ids, also when the first send fails", async () => {
    const server = createModelSender();
    server.next("unavailable");
    let uploads = 0;
    const tab = openTab("pictures", server, {
      upload: async (_, { onProgress }) => {
        onProgress(0.5);
        uploads += 1;
        return { attachment: attachment(ids[uploads - 1] ?? ""), width: 4, height: 3 };
      },
    });
    tab.outbox.add({ ...draft, kind: "image", text: "look", files: [picture(), picture()] });
    expect(pending(tab.store.getState())[0]?.uploads).toMatchObject([{ name: "shot.png", bytes: 3, state: "waiting" }, { state: "waiting" }]);
    await emptied(tab);
    expect(server.stored).toMatchObject([{ kind: "image", text: "look", attachmentIds: ids.slice(0, 2) }]);
    expect(uploads).toBe(2);
  });

  it("fail with the server's reason when they are refused", async () => {
    const server = createModelSender();
    const tab = openTab("bad", server, { upload: () => Promise.reject(refusal("bad_image")) });
    tab.outbox.add({ ...draft, kind: "image", text: "", files: [picture()] });
    const state = await failed(tab);
    expect(pending(state)).toMatchObject([{ failure: { code: "bad_image" }, uploads: [{ state: "failed" }] }]);
    expect(server.asked).toEqual([]);
  });

  it("can be cancelled while they are on their way: alone the message goes, with a text only the picture", async () => {
    const server = createModelSender();
    const aborted: string[] = [];
    const tab = openTab("cancel", server, {
      upload: (file, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted.push(file.name);
            reject(unavailable("stopped"));
          });
        }),
    });
    const uploading = (state: State) => pending(state)[0]?.uploads[0]?.state === "uploading";
    const alone = tab.outbox.add({ ...draft, kind: "image", text: "", files: [picture()] });
    const first = await until(tab.store, uploading);
    tab.outbox.cancelUpload(alone, pending(first)[0]?.uploads[0]?.id ?? "");
    await emptied(tab);
    const captioned = tab.outbox.add({ ...draft, kind: "image", text: "caption", files: [picture()] });
    const second = await until(tab.store, uploading);
    tab.outbox.cancelUpload(captioned, pending(second)[0]?.uploads[0]?.id ?? "");
    await emptied(tab);
    expect(aborted.length).toBe(2);
    expect(server.stored).toMatchObject([{ kind: "text", text: "caption", clientMsgId: captioned }]);
  });

  it("are uploaded once more when the server has thrown them away before they were sent", async () => {
    const server = createModelSender();
    server.next("not_found");
    let uploads = 0;
    const tab = openTab("expired", server, {
      upload: async () => {
        uploads += 1;
        return { attachment: attachment(ids[uploads - 1] ?? ""), width: 4, height: 3 };
      },
    });
    tab.outbox.add({ ...draft, kind: "image", text: "", files: [picture()] });
    await emptied(tab);
    expect(server.stored).toMatchObject([{ attachmentIds: [ids[1]] }]);
  });

  it("let what follows pass while they cannot be uploaded", async () => {
    const server = createModelSender();
    let works = false;
    const tab = openTab("store down", server, {
      upload: async () => {
        if (!works) throw unavailable("The file store is away.");
        return { attachment: attachment(ids[0] ?? ""), width: 4, height: 3 };
      },
    });
    tab.outbox.add({ ...draft, kind: "image", text: "", files: [picture()] });
    tab.outbox.add({ ...draft, text: "can you see it?" });
    await until(tab.store, (state) => pending(state).length === 1);
    expect(texts(server.stored)).toEqual(["can you see it?"]);
    works = true;
    tab.outbox.wake();
    await emptied(tab);
    expect(server.stored).toMatchObject([{ kind: "text" }, { kind: "image" }]);
  });
});
