import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { installationRoot } from "#server/installation.ts";

import { type Program, signalProcess, startProgram, until } from "./processes.ts";
import { stablePort } from "./ports.ts";

/** The real nginx with the configuration of deploy/, its ports and files moved to where a test may have them. */
export type Nginx = {
  /** Plain HTTP, with the same rules as the site; for the workload. */
  readonly url: string;
  readonly port: number;
  /** The site of deploy/: the redirect and TLS. */
  readonly redirectPort: number;
  readonly tlsPort: number;
  /** A self-signed certificate, which clients have to trust. */
  readonly certificate: string;
  start(): Promise<void>;
  reload(): void;
  kill(): Promise<void>;
  end(): Promise<void>;
  /** The worker processes that there are now, old ones that shut down included. */
  workers(): number[];
};

export type NginxOptions = {
  /** Ports of the nodes. */
  readonly nodes: readonly number[];
  /** The address it listens at besides loopback. */
  readonly alsoAt?: string;
};

/** Writes the configuration into the folder and starts nginx. */
export async function openNginx(folder: string, { nodes }: NginxOptions): Promise<Nginx> {
  const place = join(folder, "nginx");
  await mkdir(place, { recursive: true });
  const [port, redirectPort, tlsPort] = [await stablePort(), await stablePort(), await stablePort()];
  const certificate = makeCertificate(place);
  await writeConfiguration(place, { nodes, port, redirectPort, tlsPort });
  const file = join(place, "nginx.conf");
  let server: Program | null = null;

  async function start(): Promise<void> {
    // Workers of one that was killed hold the port for a moment.
    await until("nginx answers", async () => {
      if (server?.running !== true) server = startProgram("nginx", ["-c", file, "-p", place, "-g", "daemon off;"], { logFile: join(folder, "nginx.log") });
      return fetch(`http://127.0.0.1:${String(redirectPort)}/`, { redirect: "manual", signal: AbortSignal.timeout(1_000) }).then(({ status }) => status === 308, () => false);
    });
  }

  await start();
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    redirectPort,
    tlsPort,
    certificate,
    start,
    reload: () => void signalProcess(server?.pid ?? 0, "SIGHUP"),
    // Its workers live on without it and have to go too.
    async kill() {
      server?.signal("SIGKILL");
      await server?.ended;
    },
    end: async () => server?.end("SIGTERM", 5_000),
    workers: () => childrenOf(server?.pid ?? 0),
  };
}

type Places = { nodes: readonly number[]; port: number; redirectPort: number; tlsPort: number };

async function writeConfiguration(place: string, { nodes, port, redirectPort, tlsPort }: Places): Promise<void> {
  const source = join(installationRoot(), "deploy", "nginx");
  const texts = new Map<string, string>();
  for (const name of await readdir(source)) texts.set(name, await readFile(join(source, name), "utf8"));
  const change = (name: string, replacements: readonly (readonly [string | RegExp, string])[]): void => {
    let text = texts.get(name) ?? "";
    for (const [from, to] of replacements) {
      if (typeof from === "string" ? !text.includes(from) : !from.test(text)) throw new Error(`deploy/nginx/${name} has no ${String(from)}`);
      text = text.replaceAll(from, to);
    }
    texts.set(name, text);
  };
  change("nginx.conf", [
    [/^user .*$/gmu, process.getuid?.() === 0 ? "user root;" : ""],
    [/^worker_processes .*$/gmu, "worker_processes 2;"],
    ["/run/nginx.pid", join(place, "nginx.pid")],
    ["/var/log/nginx/error.log", join(place, "error.log")],
    ["/etc/nginx/xiaoer/", `${place}/`],
    [/\n\}\s*$/gu, `\n    include ${join(place, "plain.conf")};\n    client_body_temp_path ${join(place, "body")};\n    proxy_temp_path ${join(place, "proxy")};\n}\n`],
  ]);
  const lines = nodes.map((node) => `    server 127.0.0.1:${String(node)} max_fails=1 fail_timeout=2s;`).join("\n");
  change("upstream.conf", [[/ {4}server 127[\s\S]*fail_timeout=2s;/gu, lines]]);
  change("site.conf", [
    ["listen 80 default_server", `listen 127.0.0.1:${String(redirectPort)} default_server`],
    ["listen 443 ssl", `listen 127.0.0.1:${String(tlsPort)} ssl`],
    ["/var/log/nginx/xiaoer.log", join(place, "access.log")],
    ["/etc/letsencrypt/live/chat.example.com/fullchain.pem", join(place, "certificate.pem")],
    ["/etc/letsencrypt/live/chat.example.com/privkey.pem", join(place, "key.pem")],
    ["/etc/nginx/xiaoer/", `${place}/`],
  ]);
  const listen = `listen ${String(port)} backlog=8192;`;
  texts.set("plain.conf", `server {\n    ${listen}\n    access_log off;\n    include ${join(place, "proxy.conf")};\n}\n`);
  for (const [name, text] of texts) await writeFile(join(place, name), text);
}

function makeCertificate(place: string): string {
  const file = join(place, "certificate.pem");
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=chat.example.com",
    "-addext", "subjectAltName=DNS:chat.example.com,IP:127.0.0.1", "-keyout", join(place, "key.pem"), "-out", file];
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return file;
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.split("\n").map(Number).filter((child) => child > 0);
}
