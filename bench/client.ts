/** One timed run of one client, pinned to a core, against nginx on the other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Nginx } from "@nightjar/testkit/nginx.ts";

export interface Measurement {
  readonly client: string;
  readonly requests: number;
  readonly ratePerS: number;
  /** User and system time of the client and all its processes, for each request. */
  readonly clientCpuUs: number;
  /** The server's, for each request. */
  readonly serverCpuUs: number;
  /** Of one core. */
  readonly clientCpuPercent: number;
  readonly serverCpuPercent: number;
}

export interface Client {
  readonly name: string;
  command(url: string, durationS: number, connections: number): string[];
  /** Requests that were answered, and the seconds that they took, from what it printed. */
  read(printed: string): { requests: number; seconds: number };
}

const ROOT = join(import.meta.dir, "..");
const MAIN = join(ROOT, "packages/cli/main.ts");
const TICK_US = 10_000;

const WRK_UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60 };

export function wrk(path: string): Client {
  return {
    name: "wrk",
    command: (url, durationS, connections) => [
      ...[path, "-t1", `-c${connections}`, `-d${durationS}s`, url],
    ],
    read(printed) {
      const found = /(\d+) requests in ([\d.]+)(us|ms|s|m)/.exec(printed);
      if (!found) throw new Error(`wrk printed something else: ${printed}`);
      return { requests: Number(found[1]), seconds: Number(found[2]) * WRK_UNITS[found[3]] };
    },
  };
}

export const nightjar: Client = {
  name: "nightjar",
  command: (url, durationS, connections) => [
    ...[process.execPath, MAIN, "run", url, "--rate", "max", "--workers", "1", "--quiet"],
    ...["--connections", String(connections), "--duration", `${durationS}s`, "--output", "json"],
    "--insecure",
  ],
  read(printed) {
    const result = JSON.parse(printed) as {
      accounting: { completed: number; failed: number };
      durationS: number;
    };
    if (result.accounting.failed > 0) throw new Error("nightjar had failures");
    return { requests: result.accounting.completed, seconds: result.durationS };
  },
};

/** Runs `client` on CPU `cpu`. Throws when it fails. */
export async function measure(
  client: Client,
  nginx: Nginx,
  options: { cpu: number; durationS: number; connections: number },
): Promise<Measurement> {
  const { cpu, durationS, connections } = options;
  const command = client.command(nginx.url, durationS, connections);
  const ticksBefore = nginx.cpuTicks();
  const child = Bun.spawn(["taskset", "-c", String(cpu), ...command], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [printed, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  const code = await child.exited;
  // 98: the machine disturbed the run; its numbers are judged by the interval of many pairs.
  if (code !== 0 && code !== 98) throw new Error(`${client.name} ended with ${code}: ${complaint}`);
  const { requests, seconds } = client.read(printed);
  const cpuUs = Number(child.resourceUsage()?.cpuTime.total ?? 0);
  const serverUs = (nginx.cpuTicks() - ticksBefore) * TICK_US;
  return {
    client: client.name,
    requests,
    ratePerS: requests / seconds,
    clientCpuUs: cpuUs / requests,
    serverCpuUs: serverUs / requests,
    clientCpuPercent: (cpuUs / 1e6 / seconds) * 100,
    serverCpuPercent: (serverUs / 1e6 / seconds) * 100,
  };
}

export function processor(): string {
  return /model name\s*:\s*(.+)/.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "unknown";
}
