import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("keeps the numbers of two nodes in one process apart", async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.messages.inc({ sender: "customer", channel: "socketio" }, 2);
  expect(await one.registry.metrics()).toContain('xiaoer_messages_total{sender="customer",channel="socketio"} 2');
  expect(await two.registry.metrics()).not.toContain('channel="socketio"');
});

test("names everything with the prefix of the product", async () => {
  const text = await createMetrics().registry.metrics();
  const names = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(names.filter((line) => !line.startsWith("xiaoer_"))).toEqual([]);
  expect(text).toContain("# TYPE xiaoer_http_request_duration_seconds histogram");
});
