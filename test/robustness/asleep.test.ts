/** A laptop that sleeps: every process stands still, and goes on as if nothing had been. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { childrenOf, startCli } from "@nightjar/cli/child-cli.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";

const RATE = 100;
const DURATION_S = 4;
const WORKERS = 2;
const AWAKE_MS = 700;
const ASLEEP_MS = 2200;

let origin: ChildOrigin;
/** Both runs go side by side: most of either is waiting. */
let all: Slept;
let parentAlone: Slept;
beforeAll(async () => {
  origin = await startChildOrigin();
  [all, parentAlone] = await Promise.all([
    runAsleep((parent, workers) => [parent, ...workers]),
    runAsleep((parent) => [parent]),
  ]);
}, 120_000);
afterAll(() => origin.stop());

interface Slept {
  readonly result: Result;
  readonly code: number;
  /** Between the signals, as measured here. */
  readonly sleptS: number;
}

/** Stops those that `whom` names for a while in the middle of a run. */
async function runAsleep(whom: (parent: number, workers: number[]) => number[]): Promise<Slept> {
  const load = ["--rate", `${RATE}`, "--duration", `${DURATION_S}s`, "--workers", `${WORKERS}`];
  const child = startCli(["run", origin.url, ...load, "--output", "json"]);
  await child.untilNoted(/open loop/);
  await Bun.sleep(AWAKE_MS);
  const { pid } = child.process;
  const stopped = whom(pid, childrenOf(pid));
  for (const one of stopped) process.kill(one, "SIGSTOP");
  const fromNs = monotonicNs();
  await Bun.sleep(ASLEEP_MS);
  const sleptS = (monotonicNs() - fromNs) / 1e9;
  for (const one of stopped) process.kill(one, "SIGCONT");
  const { out, code } = await child.ended;
  return { result: resultSchema.parse(JSON.parse(out)), code, sleptS };
}

/** Nothing is lost: each exchange of the plan became due and has its outcome. */
function expectWhole({ accounting, children, errors }: Result): void {
  const { due, completed, failed, censored, dropped, unsent, unknown } = accounting;
  expect(due).toBe(RATE * DURATION_S);
  expect(completed + failed + censored + dropped + unsent).toBe(due);
  expect(unknown).toBe(0);
  expect(errors).toEqual({});
  expect(accounting.intervalsReceived).toBe(accounting.intervalsExpected);
  expect(children.map(({ end }) => end.outcome)).toEqual(Array(WORKERS).fill("done"));
}

test("a laptop that sleeps: all stand still, which makes the run unfit, and it ends", () => {
  const { result, code, sleptS } = all;
  expectWhole(result);
  const [fault] = result.generator.faults;
  const said = /^the generator stood still for (\d+\.\d\d) s \(turn\)/.exec(fault)?.[1];
  expect(Number(said)).toBeGreaterThan(ASLEEP_MS / 1000 - 0.1);
  expect(Number(said)).toBeLessThan(sleptS + 5);
  expect(result.generator.healthy).toBe(false);
  expect(result.verdict.outcome).toBe("inconclusive");
  expect(code).toBe(98);
});

test("the parent alone stands still: the workers measure on, and nothing is lost", () => {
  const { result } = parentAlone;
  expectWhole(result);
  expect(result.generator.faults.filter((fault) => /stood still for 2/.test(fault))).toEqual([]);
});
