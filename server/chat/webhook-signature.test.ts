import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";

import { createWebhookSecret, signWebhook } from "./webhook-signature.ts";

describe("a webhook's signature", () => {
  const body = JSON.stringify({ type: "message.created", data: { text: "小二 🍵" } });

  it("satisfies the reference library", () => {
    const secret = createWebhookSecret();
    const headers = signWebhook(secret, { id: "msg-1", at: Date.now(), body });
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(createWebhookSecret()).verify(body, headers)).toThrow("No matching signature");
    expect(() => new Webhook(secret).verify(body.replace("created", "deleted"), headers)).toThrow("No matching signature");
    expect(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "msg-2" })).toThrow("No matching signature");
  });

  it("is that of the specification's example", () => {
    const headers = signWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: 1_614_265_330_000, body: `{"test": 2432232314}` });
    expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });
});
