import { beforeAll, describe, expect, it } from "vitest";

import { makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { startRedis } from "#server/testing/redis.ts";

const token = "a-token-that-only-the-monitoring-has";
let running: TestNode;
let anyone: HttpClient;

beforeAll(async () => {
  running = await startTestNode({ METRICS_TOKEN: token });
  anyone = httpClient(running);
});

describe("/livez and /readyz", () => {
  it("answer whoever asks, by whatever name", async () => {
    for (const path of ["/livez", "/readyz"]) {
      expect(await anyone("GET", path)).toMatchObject({ status: 200, body: { status: "ok" } });
      expect((await anyone("HEAD", path)).status).toBe(200);
      expect((await anyone("GET", `${path}?x=1`, { headers: { "X-Forwarded-For": "192.0.2.1" } })).status).toBe(200);
      expect((await anyone("GET", `${path}/`)).status).toBe(404);
    }
  });

  it("tell from each other a node that stops and one that is dead", async () => {
    running.node.draining = true;
    try {
      const answer = await anyone("GET", "/readyz");
      expect(answer).toMatchObject({ status: 503, body: { failed: ["draining"] } });
      expect(answer.headers.get("retry-after")).toBe("1");
      expect((await anyone("GET", "/livez")).status).toBe(200);
    } finally {
      running.node.draining = false;
    }
  });

  it("miss a database that is gone, and the API says that it is", async () => {
    const other = await startTestNode();
    const client = httpClient(other, (await makeStaff(other)).token);
    expect((await client("GET", "/readyz")).status).toBe(200);
    const { pool } = other.node.database;
    await pool.query("do $$ begin execute format('alter database %I connection limit 0', current_database()); end $$");
    await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()").catch(() => null);
    await expect.poll(() => client("GET", "/readyz"), { timeout: 5_000 }).toMatchObject({ status: 503, body: { failed: ["database"] } });
    const answer = await client("GET", "/api/v1/waiters");
    expectProblem(answer, "unavailable");
    expect((await client("GET", "/livez")).status).toBe(200);
  });
});

describe("/readyz on many nodes", () => {
  it("serves without Redis, and says that it goes slower", async () => {
    const redis = await startRedis();
    const client = httpClient(await startTestNode({ REDIS_URL: redis.url }));
    expect(await client("GET", "/readyz")).toMatchObject({ status: 200, body: { failed: [], degraded: [] } });
    await redis.stop();
    await expect.poll(() => client("GET", "/readyz"), { timeout: 5_000 }).toMatchObject({ status: 200, body: { status: "ok", failed: [], degraded: ["bus"] } });
  });
});

describe("/metrics", () => {
  it("are read from this machine", async () => {
    const answer = await anyone("GET", "/metrics");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.body).toMatch(/xiaoer_http_request_duration_seconds/);
  });

  it("are not read by whom a proxy forwards, unless with the token", async () => {
    for (const name of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"]) {
      const forwarded = { [name]: name === "Forwarded" ? "for=127.0.0.1" : "127.0.0.1" };
      expectProblem(await anyone("GET", "/metrics", { headers: forwarded }), "forbidden");
      expectProblem(await httpClient(running, "another")("GET", "/metrics", { headers: forwarded }), "forbidden");
      expect((await httpClient(running, token)("GET", "/metrics", { headers: forwarded })).status).toBe(200);
    }
  });
});
