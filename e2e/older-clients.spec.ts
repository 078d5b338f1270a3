import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import { admin } from "./people.ts";

/* The gateways of older systems' clients, as a browser's own WebSocket sees them. */

type Opened = { readonly frames: string[]; readonly code: number };

/** Opens a socket in the page, sends, and answers the frames once there are `wanted` of them or the `last` came, or how it was closed. */
function talk(page: Page, path: string, { send = [], wanted = 1, last = null }: { send?: string[]; wanted?: number; last?: string | null } = {}): Promise<Opened> {
  return page.evaluate(([address, texts, count, end]) => new Promise<Opened>((resolve) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}${address}`);
    const frames: string[] = [];
    socket.addEventListener("open", () => {
      for (const text of texts) socket.send(text);
    });
    socket.addEventListener("message", ({ data }) => {
      frames.push(String(data));
      if (end === null ? frames.length === count : data === end) socket.close(1000);
    });
    socket.addEventListener("close", ({ code }) => resolve({ frames, code }));
  }), [path, send, wanted, last] as const);
}

function guestToken(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const response = await fetch("/api/v1/auth/guest", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    const { token }: { token: string } = await response.json();
    return token;
  });
}

test("a browser sends a heartbeat, a text and a picture over /rayim", async ({ page }) => {
  await page.goto("/sign-in");
  const token = await guestToken(page);
  const picture = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d")?.fillRect(0, 0, 300, 150);
    return canvas.toDataURL("image/png");
  });
  const { frames } = await talk(page, `/rayim?rayAccessToken=${token}`, {
    send: ["rayHeartBeat", JSON.stringify({ code: 1, msg: "在吗" }), JSON.stringify({ code: 2, msg: picture })], wanted: 3,
  });
  expect(frames[0]).toBe("rayImHeartBeatFeedback");
  expect(JSON.parse(frames[1] ?? "")).toMatchObject({ code: 1, msg: "在吗", seq: 1, self: true });
  const image: { code: number; msg: string } = JSON.parse(frames[2] ?? "");
  expect(image.code).toBe(2);
  const size = await page.evaluate((src) => new Promise<number>((resolve) => {
    const img = new Image();
    img.addEventListener("load", () => resolve(img.naturalWidth));
    img.addEventListener("error", () => resolve(0));
    img.src = src;
  }), image.msg);
  expect(size).toBe(300);
});

test("a page of ours needs no token, a stranger is closed with 4401", async ({ page }) => {
  await page.goto("/sign-in");
  expect(await talk(page, "/ws")).toEqual({ frames: [], code: 4401 });
  expect(await talk(page, "/ws/me")).toEqual({ frames: [], code: 4401 });
  const { csrfToken }: { csrfToken: string } = await (await page.request.get("/api/auth/csrf")).json();
  const signedIn = await page.request.post("/api/auth/callback/credentials", {
    form: { ...admin, csrfToken, json: "true" }, headers: { origin: new URL(page.url()).origin },
  });
  expect(signedIn.ok()).toBe(true);
  const { frames } = await talk(page, "/ws");
  expect(JSON.parse(frames[0] ?? "")).toMatchObject({ type: "hello", content: { user: { role: "admin" } } });
  // What was missed comes first.
  const answer = JSON.stringify({ step: 0, type: 2, msg: "ping" });
  expect((await talk(page, "/webSocket/me", { send: ["ping"], last: answer })).frames).toContain(answer);
});

test("a page without an origin is refused before the upgrade", async ({ page, baseURL, expectError }) => {
  expectError(/WebSocket connection/);
  const code = await page.evaluate((address) => new Promise<number>((resolve) => {
    const socket = new WebSocket(`${address}/rayim?rayAccessToken=x`);
    socket.addEventListener("open", () => resolve(1));
    socket.addEventListener("close", (event) => resolve(event.code));
  }), (baseURL ?? "").replace("http", "ws"));
  expect(code).toBe(1006);
});
