import { readFileSync, readdirSync, existsSync } from "node:fs";
import { randomUUID, randomBytes } from "node:crypto";
import pg from "pg";
import { v7 } from "uuid";
import { appendMessages } from "#server/chat/append-messages.ts";
import { cpuOf } from "./cpu.ts";
const variant = process.argv[2] ?? "";
const batch = Number(process.argv[3] ?? 100);
const admin = new pg.Client({ host: "127.0.0.1", port: 54999, user: "postgres", database: "postgres" });
await admin.connect();
await admin.query("drop database if exists x"); await admin.query("create database x");
const pool = new pg.Pool({ host: process.env["SOCK"] ?? "127.0.0.1", port: 54999, user: "postgres", database: "x", max: 1 });
for (const d of readdirSync("prisma/migrations").sort()) { const f = `prisma/migrations/${d}/migration.sql`; if (existsSync(f)) await pool.query(readFileSync(f, "utf8")); }
const users = Array.from({ length: 200 }, () => v7());
const convs = users.map(() => v7());
await pool.query(`insert into "User" (id, role, name) select unnest($1::uuid[]), 'customer', 'x'`, [users]).catch((e) => { console.log(e.message); });
await pool.query(`insert into "Conversation" (id, "customerId") select * from unnest($1::uuid[], $2::uuid[])`, [convs, users]);
for (const sql of variant.split(";").filter(Boolean)) await pool.query(sql);
const { rows: [{ pid }] } = await pool.query("select pg_backend_pid() as pid");
const v4 = process.env["V4"] === "1";
const rounds = 300;
let at = 0;
let begin = 0, cpu0 = 0, node0 = process.cpuUsage();
for (let r = 0; r < rounds + 100; r += 1) {
  if (r === 100) { begin = performance.now(); cpu0 = cpuOf([pid]); node0 = process.cpuUsage(); }
  const drafts = Array.from({ length: batch }, () => { const n = at++ % 200; return { id: v7(), conversationId: convs[n] ?? "", senderId: users[n] ?? "", senderRole: "customer" as const, senderName: "x", clientMsgId: v4 ? randomUUID() : v7(), payloadHash: randomBytes(32), kind: "text" as const, text: "12345.123 你好，请问这个还有货吗？什么时候可以发货呢？谢谢".padEnd(60, "。"), attachmentIds: [], replyTo: null, sessionId: null }; });
  await appendMessages(pool, drafts);
}
const n = rounds * batch;
const cpu = (cpuOf([pid]) - cpu0) * 1e6 / n; const nodeCpu = process.cpuUsage(node0);
console.log(variant.padEnd(60), "wall µs/msg", ((performance.now() - begin) * 1000 / n).toFixed(1), "backend cpu", cpu.toFixed(1), "node cpu", ((nodeCpu.user + nodeCpu.system) / n).toFixed(1));
await pool.end(); await admin.end();
