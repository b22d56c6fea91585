/** One soak: a run against a server of its own, and its resident memory second by second. */
import { readFileSync } from "node:fs";
import { childrenOf, startCli } from "@nightjar/cli/child-cli.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";

const RATE_PER_S = 2000;
const LONGEST_WINDOW_S = 60;
/** The warm-up, two windows, and time between them. */
const WINDOWS_IN_A_RUN = 4;
export const GROWTH_MAX = 0.05;

/** Resident bytes, of the parent and of its workers together, a second after another. */
interface Sample {
  readonly parent: number;
  readonly workers: number;
}

export interface SoakReport {
  readonly lines: readonly string[];
  /** What must not be; none: it held. */
  readonly faults: readonly string[];
}

/** `say` hears how it stands. */
export async function soak(durationS: number, say: (line: string) => void): Promise<SoakReport> {
  const origin = await startChildOrigin();
  try {
    const load = ["--rate", `${RATE_PER_S}`, "--duration", `${durationS}s`, "--workers", "2"];
    const child = startCli(["run", origin.url, ...load, "--output", "json"]);
    for (const signal of ["SIGINT", "SIGTERM"])
      process.on(signal, () => child.process.kill("SIGINT"));
    await child.untilNoted(/open loop/);
    const samples = await sampleWhile(child, say);
    const { out, err, code } = await child.ended;
    if (out === "") return { lines: [], faults: [`the run ended with ${code}: ${err}`] };
    return judged(resultSchema.parse(JSON.parse(out)), samples, durationS);
  } finally {
    await origin.stop();
  }
}

async function sampleWhile(
  { process: parent }: ReturnType<typeof startCli>,
  say: (line: string) => void,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  let isOver = false;
  void parent.exited.then(() => {
    isOver = true;
  });
  for (let s = 1; !isOver; s++) {
    const sample = sampleOf(parent.pid);
    if (sample !== undefined) samples.push(sample);
    if (sample !== undefined && s % LONGEST_WINDOW_S === 0) say(`${s} s: ${words(sample)}`);
    await Promise.race([Bun.sleep(1000), parent.exited]);
  }
  return samples;
}

/** `undefined` once they are gone. */
function sampleOf(pid: number): Sample | undefined {
  try {
    const workers = childrenOf(pid).map(residentBytes);
    if (workers.length === 0) return undefined;
    const sum = workers.reduce((total, bytes) => total + bytes, 0);
    return { parent: residentBytes(pid), workers: sum };
  } catch {
    return undefined;
  }
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function words({ parent, workers }: Sample): string {
  return `parent ${megabytes(parent)}, workers ${megabytes(workers)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function medianSample(samples: readonly Sample[]): Sample {
  return {
    parent: median(samples.map(({ parent }) => parent)),
    workers: median(samples.map(({ workers }) => workers)),
  };
}

function judged(result: Result, samples: readonly Sample[], durationS: number): SoakReport {
  const windowS = Math.min(LONGEST_WINDOW_S, Math.floor(durationS / WINDOWS_IN_A_RUN));
  const first = medianSample(samples.slice(windowS, 2 * windowS));
  const last = medianSample(samples.slice(-windowS));
  const growth = (last.parent + last.workers) / (first.parent + first.workers) - 1;
  const percent = `${(growth * 100).toFixed(1)} %`;
  return {
    lines: [
      `${result.accounting.completed} of ${result.accounting.due} answered in ${durationS} s`,
      `first ${windowS} s after as long a warm-up: ${words(first)}`,
      `last ${windowS} s: ${words(last)}`,
      `grown by ${percent} of ${GROWTH_MAX * 100} % allowed`,
    ],
    faults: [
      ...lossesIn(result, durationS),
      ...(growth <= GROWTH_MAX ? [] : [`resident memory has grown by ${percent}`]),
    ],
  };
}

function lossesIn({ accounting, errors, children }: Result, durationS: number): string[] {
  const { due, completed, intervalsExpected, intervalsReceived } = accounting;
  const lost = children.filter(({ end }) => end.outcome !== "done");
  return [
    ...(due === durationS * RATE_PER_S ? [] : [`${due} became due`]),
    ...(completed === due ? [] : [`${due - completed} were not answered`]),
    ...Object.entries(errors).map(([kind, count]) => `${count} times ${kind}`),
    ...(intervalsReceived === intervalsExpected
      ? []
      : [`${intervalsReceived} of ${intervalsExpected} intervals arrived`]),
    ...lost.map(({ id, end }) => `worker ${id}: ${end.reason}`),
  ];
}
