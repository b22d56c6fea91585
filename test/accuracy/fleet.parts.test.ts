/** Eight agents are one big machine: real processes, a real broker, a server that logs. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { decodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import { type DumpedExchange, readDumps } from "./dumped-run.ts";
import { NUMBER_HEADER } from "./judging.ts";

const DUMPING_WORKER = new URL("./dumping-worker.ts", import.meta.url).pathname;
const AGENTS = 8;

let origin: ChildOrigin;
let fleet: RealFleet;
let dumps: string;

beforeAll(async () => {
  dumps = mkdtempSync(join(tmpdir(), "nightjar-dump-"));
  origin = await startChildOrigin("--log", "--behaviour", "delay=exp:2ms");
  fleet = await RealFleet.start();
  await fleet.addAgents(AGENTS, {
    workerCommand: [process.execPath, DUMPING_WORKER, dumps, "sleep"],
  });
}, 120_000);

afterAll(async () => {
  await fleet?.stop();
  await origin?.stop();
  rmSync(dumps, { recursive: true, force: true });
});

test("1 against 8: each i once, the due times of one, a histogram of all dumps", async () => {
  const document = {
    targets: [{ url: `${origin.url}/` }],
    load: { rate: 800, requests: 4000, connections: 40, arrivals: "poisson" as const },
    numberHeader: NUMBER_HEADER,
  };
  const coordinator = await fleet.coordinate({
    runId: "one-against-eight",
    plan: document,
    demands: [{ count: AGENTS }],
  });
  const { result } = (await coordinator.ending) ?? {};
  expect(result?.accounting.intervalsReceived).toBe(result?.accounting.intervalsExpected as number);
  const plan = resolvePlan(document);
  const cursor = schedule(plan, wholeShare(40));
  const dueNs: number[] = [];
  for (; cursor.i >= 0; cursor.advance()) dueNs[cursor.i] = cursor.dueNs;
  const numbers = (await readOriginLog(origin.url)).map(({ number }) => number);
  expect(numbers.sort((a, b) => a - b)).toEqual(dueNs.map((_, i) => i));
  const workers = readDumps(dumps);
  expect(workers).toHaveLength(AGENTS);
  const pooled = new Histogram();
  for (const { responseNs } of workers.flat()) pooled.record(responseNs);
  const { slots, counts } = decodeV2Compressed(bytesOf(result as Result, "response"), inflate);
  expect({ slots, counts }).toEqual(bucketsOf(pooled));
  for (const exchanges of workers) expectDues(exchanges, dueNs);
  expect(await fleet.collect("one-against-eight")).toEqual(result as never);
}, 120_000);

const inflate = (bytes: Uint8Array) => new Uint8Array(inflateSync(bytes));

function bytesOf({ histograms }: Result, name: string): Uint8Array {
  return new Uint8Array(Buffer.from(histograms[name], "base64"));
}

function bucketsOf(histogram: Histogram) {
  const { slots, counts } = histogram.sparse();
  return { slots, counts };
}

/** Each worker's T0 is its agent's; from there on its dues are those of the schedule. */
function expectDues(exchanges: readonly DumpedExchange[], dueNs: readonly number[]): void {
  const t0s = exchanges.map((one) => one.dueNs - dueNs[one.i]);
  expect(Math.max(...t0s) - Math.min(...t0s)).toBeLessThan(0.02);
}
