/** One timed run of one client, pinned to a core, against nginx on the other. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Nginx } from "@nightjar/testkit/nginx.ts";
import { type EndedChild, runChild } from "./child.ts";
import type { Client, Job } from "./client.ts";
import { CLIENT_CPU, type Context } from "./context.ts";

export interface Measurement {
  readonly client: string;
  /** Answered with a status of 2xx. */
  readonly requests: number;
  readonly errors: number;
  /** What nginx counts; more by what was in flight at the end, and by a warm-up. */
  readonly served: number;
  readonly ratePerS: number;
  /** User and system time of the client and all its processes, start-up included, for a request. */
  readonly clientCpuUs: number;
  readonly serverCpuUs: number;
  /** Of one core. */
  readonly clientCpuPercent: number;
  readonly serverCpuPercent: number;
}

const TICK_US = 10_000;
const GRACE_MS = 30_000;
const MILLION = 1e6;

/** 98: the machine disturbed the run; what that means is judged by the hiccup meter. */
const GOOD_CODES = [0, 98];

export interface Load {
  readonly durationS: number;
  readonly connections: number;
}

/** Throws when the client fails, or nothing was answered. */
export async function measure(
  client: Client,
  nginx: Nginx,
  { durationS, connections }: Load,
  { signal }: Context,
): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-bench-"));
  try {
    writeFileSync(join(folder, "targets"), `GET ${nginx.url}\n`);
    return await measureIn(
      { url: nginx.url, durationS, connections, folder },
      client,
      nginx,
      signal,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureIn(
  job: Job,
  client: Client,
  nginx: Nginx,
  signal: AbortSignal,
): Promise<Measurement> {
  const limitMs = job.durationS * 1000 + GRACE_MS;
  const servedBefore = await nginx.served();
  const ticksBefore = nginx.cpuTicks();
  const options = { cpu: CLIENT_CPU, env: client.env, limitMs, signal };
  const ended = await runChild(client.command(job), options);
  demandSuccess(client, ended);
  const serverUs = (nginx.cpuTicks() - ticksBefore) * TICK_US;
  const served = (await nginx.served()) - servedBefore;
  const { requests, errors, seconds } = client.read(
    await report(client, job, ended, limitMs, signal),
  );
  if (requests === 0) throw new Error(`${client.name}: nothing was answered\n${ended.err}`);
  return {
    client: client.name,
    requests,
    errors,
    served,
    ratePerS: requests / seconds,
    clientCpuUs: ended.cpuUs / requests,
    serverCpuUs: serverUs / requests,
    clientCpuPercent: (ended.cpuUs / MILLION / seconds) * 100,
    serverCpuPercent: (serverUs / MILLION / seconds) * 100,
  };
}

async function report(
  client: Client,
  job: Job,
  ended: EndedChild,
  limitMs: number,
  signal: AbortSignal,
): Promise<string> {
  if (!client.report) return ended.out;
  const reported = await runChild(client.report(job), { limitMs, signal });
  demandSuccess(client, reported);
  return reported.out;
}

function demandSuccess({ name }: Client, { code, out, err }: EndedChild): void {
  if (GOOD_CODES.includes(code)) return;
  throw new Error(`${name} ended with code ${code}:\n${out.slice(-1_000)}${err.slice(-1_000)}`);
}
