/** One run of the command line, for its Result; what its processes hold in memory on the way. */
import { readdirSync, readFileSync } from "node:fs";
import type { Result } from "@nightjar/core/result/result.ts";
import { runChild } from "./child.ts";
import { NIGHTJAR } from "./client.ts";
import { readResult } from "./reading.ts";

export interface RunPlacement {
  /** The one CPU of all its processes; all CPUs if undefined. */
  readonly cpu?: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface NightjarRun {
  readonly result: Result;
  /** The most that the processes held, as the kernel counts it (VmHWM), bytes. */
  readonly rss: { readonly parent: number; readonly workers: readonly number[] };
}

/** Exit codes: 98 is a disturbed machine, which the hiccup meter judges. */
const GOOD_CODES = [0, 98];
const LOOK_MS = 25;

/** `nightjar run URL`, with `options`. */
export async function runNightjar(
  url: string,
  options: readonly string[],
  { cpu, limitMs, signal }: RunPlacement,
): Promise<NightjarRun> {
  const peaks = new Map<number, number>();
  let parent = 0;
  let timer: Timer | undefined;
  const command = [
    ...NIGHTJAR,
    "run",
    url,
    "--quiet",
    "--insecure",
    "--output",
    "json",
    ...options,
  ];
  const started = (pid: number) => {
    parent = pid;
    timer = setInterval(() => lookAt(pid, peaks), LOOK_MS);
  };
  try {
    const { code, out, err } = await runChild(command, { cpu, limitMs, signal, started });
    if (!GOOD_CODES.includes(code)) throw new Error(`nightjar ended with code ${code}:\n${err}`);
    const workers = [...peaks].filter(([pid]) => pid !== parent).map(([, bytes]) => bytes);
    return { result: readResult(out), rss: { parent: peaks.get(parent) ?? 0, workers } };
  } finally {
    clearInterval(timer);
  }
}

/** Each process's peak only grows: the last look stands. */
function lookAt(pid: number, peaks: Map<number, number>): void {
  for (const each of [pid, ...childrenOf(pid)]) {
    const bytes = peakBytes(each);
    if (bytes > 0) peaks.set(each, bytes);
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

function peakBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Everything that was due and has no good answer. */
export function errorsOf({ populations }: Result): number {
  return populations.error + populations.unanswered;
}

/** Of all that was due, what was answered before the plan's end, in %. */
export function answeredInTimePercent({ series, durationS, offered }: Result): number {
  const rows = series.filter(({ atS }) => atS < durationS);
  const answered = rows.reduce((sum, { ratePerS }) => sum + ratePerS, 0);
  return (answered / offered.requests) * 100;
}

/** In µs, or `null` where there are too few samples. */
export function lagUs({ latencyMs }: Result, percentile: "50" | "99"): number | null {
  const value = latencyMs.lag.percentiles[percentile];
  return typeof value === "number" ? value * 1000 : null;
}
