/**
 * A mesh of two real Envoy sidecars in front of an origin, all on loopback:
 *
 *     test ──HTTP──▶ client sidecar ──mutual TLS 1.3──▶ server sidecar ──HTTP──▶ origin
 *                    127.0.0.20                         127.0.0.10
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeMeshCertificates } from "./certificates.ts";
import { type Address, clientSidecar, type Json, serverSidecar } from "./envoy-config.ts";
import { requirePart } from "./parts.ts";
import { freePort, type RunningProcess, startProcess } from "./processes.ts";

export interface MeshPairOptions {
  originPort: number;
  originHost?: string;
  /** The client sidecar answers this share of the requests with 503 itself; 0 to 100. */
  fault503Percent?: number;
}

export interface MeshPair {
  /** Of the client sidecar's listener, without a path: `http://127.0.0.20:PORT`. */
  readonly url: string;
  /** Of the server sidecar's listener, which wants the client sidecar's certificate. */
  readonly innerUrl: string;
  readonly clientPid: number;
  readonly serverPid: number;
  /** Envoy's counters and gauges by name; histograms are left out. */
  clientStats(): Promise<Map<string, number>>;
  serverStats(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

const CLIENT_HOST = "127.0.0.20";
const SERVER_HOST = "127.0.0.10";

/** @throws MissingPart without Envoy or openssl */
export async function startMeshPair(options: MeshPairOptions): Promise<MeshPair> {
  const envoy = requirePart("envoy");
  const folder = mkdtempSync(join(tmpdir(), "nightjar-mesh-"));
  try {
    return await startIn(folder, envoy, options);
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

async function startIn(folder: string, envoy: string, options: MeshPairOptions): Promise<MeshPair> {
  const configs = makeConfigs(folder, options);
  const { client, server } = configs;
  const [clientProcess, serverProcess] = await startBoth([
    () => startEnvoy(envoy, folder, "client", client.config, client.admin),
    () => startEnvoy(envoy, folder, "server", server.config, server.admin),
  ]);
  return {
    url: urlOf(client.listen),
    innerUrl: `https://${server.listen.host}:${server.listen.port}`,
    clientPid: clientProcess.pid,
    serverPid: serverProcess.pid,
    clientStats: () => readStats(client.admin),
    serverStats: () => readStats(server.admin),
    stop: async () => {
      await Promise.all([clientProcess.stop(), serverProcess.stop()]);
      removeFolder(folder);
    },
  };
}

interface Sidecar {
  listen: Address;
  admin: Address;
  config: Json;
}

function makeConfigs(
  folder: string,
  options: MeshPairOptions,
): { client: Sidecar; server: Sidecar } {
  const { originPort, originHost = "127.0.0.1", fault503Percent = 0 } = options;
  const certificates = makeMeshCertificates(folder);
  const client = {
    listen: freeAddress(CLIENT_HOST),
    admin: freeAddress(CLIENT_HOST),
    certificates,
  };
  const server = {
    listen: freeAddress(SERVER_HOST),
    admin: freeAddress(SERVER_HOST),
    certificates,
  };
  const origin = { host: originHost, port: originPort };
  return {
    client: {
      ...client,
      config: clientSidecar({ ...client, upstream: server.listen, fault503Percent }),
    },
    server: { ...server, config: serverSidecar({ ...server, upstream: origin }) },
  };
}

/** If one does not start, the other is stopped. */
async function startBoth(starts: (() => Promise<RunningProcess>)[]): Promise<RunningProcess[]> {
  const outcomes = await Promise.allSettled(starts.map((start) => start()));
  const started = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = outcomes.find((one) => one.status === "rejected");
  if (!failed) return started;
  await Promise.all(started.map((sidecar) => sidecar.stop()));
  throw failed.reason;
}

function startEnvoy(
  envoy: string,
  folder: string,
  name: string,
  config: Json,
  admin: Address,
): Promise<RunningProcess> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config, null, 2));
  const alone = ["--concurrency", "1", "--use-dynamic-base-id", "--disable-hot-restart"];
  return startProcess({
    name: `the ${name} sidecar`,
    command: [
      envoy,
      "-c",
      file,
      ...alone,
      "--service-cluster",
      "nightjar",
      "--service-node",
      name,
      "-l",
      "warn",
    ],
    cwd: folder,
    ready: { url: `${urlOf(admin)}/ready` },
  });
}

async function readStats(admin: Address): Promise<Map<string, number>> {
  const answer = await fetch(`${urlOf(admin)}/stats?format=text`);
  return parseStats(await answer.text());
}

/** Lines "name: number"; histograms and texts have other values and are left out. */
export function parseStats(text: string): Map<string, number> {
  const stats = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^(.+?): (\d+)$/gm)) stats.set(name, Number(value));
  return stats;
}

function freeAddress(host: string): Address {
  return { host, port: freePort(host) };
}

function urlOf({ host, port }: Address): string {
  return `http://${host}:${port}`;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
