import { describe, expect, it } from "vitest";
import { readSignInError } from "./sign-in-error.ts";

describe("readSignInError", () => {
  it("reads a code alone", () => {
    expect(readSignInError("unavailable")).toEqual({ code: "unavailable" });
  });

  it("reads a code with the seconds to wait", () => {
    expect(readSignInError("rate_limited:272")).toEqual({ code: "rate_limited", retryAfterMs: 272_000 });
  });

  it("takes next-auth's own word for refused credentials as unauthenticated", () => {
    expect(readSignInError("CredentialsSignin")).toEqual({ code: "unauthenticated" });
  });

  it("ignores a wait that is no number", () => {
    expect(readSignInError("rate_limited:soon")).toEqual({ code: "rate_limited" });
  });
});
