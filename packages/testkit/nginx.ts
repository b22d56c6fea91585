/** A real nginx with one process and one static answer: the fast server of benches and tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KeyPair, makeServerCertificate } from "./certificates.ts";
import { requirePart } from "./parts.ts";
import { freePort, startProcess } from "./processes.ts";

export interface NginxOptions {
  /** The one CPU it may use. */
  cpu?: number;
  bodyBytes: number;
  tls?: boolean;
  /** Several may share it: the kernel divides the connections among them. Default: a free one. */
  sharedPort?: number;
}

export interface Nginx {
  /** With the path: `http://127.0.0.1:PORT/`. */
  readonly url: string;
  readonly pid: number;
  /** With `tls`: the PEM file of its certificate, for localhost and 127.0.0.1. */
  readonly certificate?: string;
  /** User and system time so far, in clock ticks of 10 ms. */
  cpuTicks(): number;
  /** Requests served so far, this question not counted. */
  served(): Promise<number>;
  stop(): Promise<void>;
}

/** For 10,000 clients and what is being closed while others open. */
const CONNECTIONS_MAX = 16_384;

/** Left to choose, wrk takes AES-256 and others AES-128: they shall do the same work. */
const ONE_CIPHER = "ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;";

const STATUS_PATH = ".served";

/** Longer texts do not fit into nginx's buffer for its configuration: they become a file. */
const BODY_BYTES_IN_CONFIG_MAX = 2_048;

/** @throws MissingPart without nginx (with `tls` without openssl) */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const { cpu, bodyBytes, tls = false, sharedPort } = options;
  const nginx = requirePart("nginx");
  const folder = mkdtempSync(join(tmpdir(), "nightjar-nginx-"));
  const pair = tls ? makeServerCertificate(folder) : undefined;
  const port = sharedPort ?? freePort();
  const listen = `127.0.0.1:${port}${tls ? " ssl" : ""}${sharedPort ? " reuseport" : ""}`;
  const config = join(folder, "nginx.conf");
  writeFileSync(config, configuration(folder, listen, answer(folder, bodyBytes), pair));
  const server = await startProcess({
    name: "nginx",
    command: [nginx, "-p", folder, "-c", config, "-e", "stderr"],
    cpu,
    ready: { port },
  });
  const url = `${tls ? "https" : "http"}://127.0.0.1:${port}/`;
  let questions = 0;
  return {
    url,
    pid: server.pid,
    certificate: pair?.certificate,
    cpuTicks: () => server.cpuTicks(),
    served: async () => (await requestsServed(url)) - ++questions,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** From `stub_status`: its third number counts requests, this one too. */
async function requestsServed(url: string): Promise<number> {
  const page = await fetch(`${url}${STATUS_PATH}`, { tls: { rejectUnauthorized: false } });
  const counts = /^ *(\d+) (\d+) (\d+) *$/m.exec(await page.text());
  if (!counts) throw new Error("nginx does not say how many requests it has served");
  return Number(counts[3]);
}

function answer(folder: string, bodyBytes: number): string {
  const body = "x".repeat(bodyBytes);
  if (bodyBytes <= BODY_BYTES_IN_CONFIG_MAX) return `return 200 "${body}";`;
  mkdirSync(join(folder, "html"));
  writeFileSync(join(folder, "html", "body"), body);
  return "root html; try_files /body =404; open_file_cache max=4; sendfile on; tcp_nopush on;";
}

/** `master_process off`: one process. Its pid is the worker's; killing it leaves nothing behind. */
function configuration(folder: string, listen: string, location: string, pair?: KeyPair): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ");
  const tls = pair
    ? `ssl_certificate ${pair.certificate}; ssl_certificate_key ${pair.key}; ${ONE_CIPHER}`
    : "";
  return `
daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr error;
events { worker_connections ${CONNECTIONS_MAX}; }
http {
  access_log off; ${paths}
  keepalive_requests 1000000000; keepalive_timeout 3600s;
  server {
    listen ${listen} backlog=4096;
    ${tls}
    location = /${STATUS_PATH} { stub_status; }
    location / { default_type text/plain; ${location} }
  }
}
`;
}
