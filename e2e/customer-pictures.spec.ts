import { makePhotograph, makePicture } from "#server/testing/pictures.ts";
import { begin, box, expect, log, test, unique } from "./customer.ts";

const send = { name: "Send" } as const;

test("a screenshot that is pasted goes off with its words and opens large", async ({ page, staff }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  const bytes = [...(await makePicture("png", { width: 800, height: 400 }))];
  await box(page).evaluate((field, data) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(data)], "screenshot.png", { type: "image/png" }));
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, bytes);
  await expect(page.getByRole("list", { name: "Images to send" }).getByRole("img", { name: "screenshot.png" })).toBeVisible();
  const words = unique("What does this mean?");
  await box(page).fill(words);
  await page.getByRole("button", send).click();
  await expect(page.getByRole("list", { name: "Images to send" })).toBeHidden();
  const { attachments } = await staff.hear(words);
  expect(attachments).toMatchObject([{ width: 800, height: 400 }]);

  await staff.sendPicture(conversationId, await makePicture("png", { width: 300, height: 500 }));
  await expect(log(page).getByRole("button", { name: /^Show the image/u })).toHaveCount(2);
  await log(page).getByRole("button", { name: /^Show the image “screenshot/u }).click();
  const viewer = page.locator(".yarl__container");
  await expect(viewer).toBeVisible();
  await expect(page.locator(".yarl__counter")).toHaveText("1 / 2");
  // A key that comes while the viewer still opens is lost; at the last picture another one changes nothing.
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    await expect(page.locator(".yarl__counter")).toHaveText("2 / 2", { timeout: 1_000 });
  }).toPass();
  await expect.poll(() => page.locator(".yarl__slide_current img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(300);
  await page.keyboard.press("Escape");
  await expect(viewer).toBeHidden();

  await page.reload();
  const first = log(page).locator("img").first();
  await expect.poll(() => first.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test("several pictures are dropped; what is none is refused with a reason", async ({ page, staff }) => {
  await page.goto("/");
  await begin(page, staff);
  const bytes = [...(await makePicture("jpeg"))];
  const drop = async (files: { name: string; type: string; data: number[] }[]): Promise<void> => {
    const dataTransfer = await page.evaluateHandle((all) => {
      const transfer = new DataTransfer();
      for (const { name, type, data } of all) transfer.items.add(new File([new Uint8Array(data)], name, { type }));
      return transfer;
    }, files);
    await page.dispatchEvent("body", "dragover", { dataTransfer });
    await page.dispatchEvent("body", "drop", { dataTransfer });
  };
  await drop([{ name: "notes.txt", type: "text/plain", data: [65] }]);
  await expect(page.getByText("“notes.txt” isn’t an image.")).toBeVisible();
  await drop([{ name: "broken.png", type: "image/png", data: [1, 2, 3] }]);
  await expect(page.getByText("“broken.png” can’t be opened.")).toBeVisible();
  await drop(Array.from({ length: 11 }, (_, n) => ({ name: `${n}.jpg`, type: "image/jpeg", data: bytes })));
  const tray = page.getByRole("list", { name: "Images to send" });
  await expect(tray.getByRole("img")).toHaveCount(9);
  await expect(page.getByText("2 images were left out.")).toBeVisible();
  await tray.getByRole("button", { name: "Remove the image “8.jpg”" }).click();
  await expect(tray.getByRole("img")).toHaveCount(8);
  const words = unique("Eight of them");
  await box(page).fill(words);
  await box(page).press("Enter");
  expect((await staff.hear(words)).attachments).toHaveLength(8);
});

test("a picture on its way shows how far it is and can be taken back", async ({ page, staff, expectError }) => {
  await page.goto("/");
  await begin(page, staff);
  // The upload neither ends nor fails: time enough to think again.
  await page.route("**/api/v1/attachments", () => {});
  expectError(/ERR_FAILED|ERR_ABORTED/u);
  await page.locator("input[type=file]").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: await makePhotograph({ width: 1200, height: 900 }) });
  const words = unique("with words");
  await box(page).fill(words);
  await box(page).press("Enter");
  const pending = page.locator("[data-pending]");
  await expect(pending.locator("[data-upload=uploading]")).toBeVisible();
  await expect(pending.getByRole("progressbar", { name: "Sending “photo.jpg”" })).toHaveCount(1);
  await expect.poll(() => pending.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1200);
  await pending.getByRole("button", { name: "Don’t send the image “photo.jpg”" }).click();
  await expect(log(page).getByText(words)).toBeVisible();
  expect(await staff.hear(words)).toMatchObject({ kind: "text", attachments: [] });
});

test("a picture whose address has ended is asked for anew", async ({ page, staff, expectError }) => {
  await page.goto("/");
  const conversationId = await begin(page, staff);
  expectError(403);
  expectError(401);
  await page.route(/\/api\/v1\/attachments\/.*token=/u, (route) => route.fulfill({ status: 403, body: "{}" }), { times: 1 });
  await staff.sendPicture(conversationId, await makePicture("png", { width: 200, height: 100 }));
  const picture = log(page).locator("img").last();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});
