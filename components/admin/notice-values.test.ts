import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { noticeBody } from "#protocol/http.ts";
import type { Notice } from "#protocol/objects.ts";
import { stateOf } from "./notice-state.ts";
import { bodyOf, copyOf, emptyNotice, isForLater, noticeValues, valuesOf } from "./notice-values.ts";

const filled = { ...emptyNotice, title: "Shipping", body: "Orders go out again on Monday." };

function wrongIn(values: object): string[] {
  const parsed = z.safeParse(noticeValues, { ...filled, ...values });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("the values of a notice", () => {
  it("need a title and a text", () => {
    expect(wrongIn({ title: "  ", body: "" })).toEqual(["title", "body"]);
    expect(wrongIn({})).toEqual([]);
  });

  it("end after they begin, and not in the past", () => {
    expect(wrongIn({ startsAt: "2099-05-02T08:00", endsAt: "2099-05-02T07:00" })).toEqual(["endsAt"]);
    expect(wrongIn({ endsAt: "2001-01-01T00:00" })).toEqual(["endsAt"]);
    expect(wrongIn({ startsAt: "2099-05-02T08:00", endsAt: "2099-05-03T08:00" })).toEqual([]);
  });

  it("become what the server takes", () => {
    const body = bodyOf({ ...filled, startsAt: "2099-05-02T08:00" });
    expect(z.parse(noticeBody, body)).toEqual(body);
    expect(body.endsAt).toBeNull();
  });

  it("come back from the server as they were", () => {
    const values = { ...filled, level: "urgent" as const, requireAck: true, startsAt: "2099-05-02T08:00", endsAt: "2099-06-02T20:30" };
    const notice = noticeOf({ ...bodyOf(values), requireAck: true });
    expect(valuesOf(notice)).toEqual(values);
    expect(copyOf(notice)).toEqual({ ...values, startsAt: "", endsAt: "" });
  });

  it("tell whether they are for later", () => {
    expect(isForLater(filled)).toBe(false);
    expect(isForLater({ startsAt: "2001-01-01T00:00" })).toBe(false);
    expect(isForLater({ startsAt: "2099-01-01T00:00" })).toBe(true);
  });
});

describe("the state of a notice", () => {
  const now = Date.parse("2026-03-01T12:00:00.000Z");
  const [before, after] = ["2026-03-01T11:00:00.000Z", "2026-03-01T13:00:00.000Z"];

  it.each([
    [{ status: "draft", startsAt: null, endsAt: before }, "draft"],
    [{ status: "withdrawn", startsAt: null, endsAt: null }, "withdrawn"],
    [{ status: "published", startsAt: null, endsAt: null }, "live"],
    [{ status: "published", startsAt: before, endsAt: after }, "live"],
    [{ status: "published", startsAt: after, endsAt: null }, "scheduled"],
    [{ status: "published", startsAt: null, endsAt: before }, "over"],
    [{ status: "scheduled", startsAt: after, endsAt: null }, "scheduled"],
    [{ status: "scheduled", startsAt: before, endsAt: before }, "over"],
  ] as const)("of %o is %s", (notice, state) => {
    expect(stateOf(notice, now)).toBe(state);
  });
});

function noticeOf(body: Pick<Notice, "title" | "body" | "level" | "audience" | "requireAck"> & { startsAt?: string | null | undefined; endsAt?: string | null | undefined }): Notice {
  return { ...body, id: "0190a000-0000-7000-8000-000000000001", status: "draft", startsAt: body.startsAt ?? null, endsAt: body.endsAt ?? null, createdAt: "2026-03-01T12:00:00.000Z" };
}
