/**
 * `npm run bench [-- NAME…] [-- --quick]`: how fast Nightjar is, beside its peers and its promises.
 *
 *     nginx (one process)     CPU 0
 *     the client              CPU 1
 *
 * Each bench takes the machine-wide lock, waits for an idle machine (unless any will do), and has a
 * hiccup meter beside it. It prints what it measured and judges each claim on it, appends a line to
 * `bench/history.jsonl` and writes its block of docs/performance.md. `--quick` makes short runs
 * that are not for the record. The exit code is 1 if a Must fails, 130 if it was interrupted.
 */
import { watchHiccups } from "@nightjar/testkit/hiccups.ts";
import { awaitIdleMachine, IDLE_DEMAND } from "@nightjar/testkit/idle-machine.ts";
import { fetchPart } from "@nightjar/testkit/part-fetch.ts";
import { findPart } from "@nightjar/testkit/parts.ts";
import { TimedLockBusy, withTimedLock } from "@nightjar/testkit/timed-lock.ts";
import { chooseBenches, UnknownBench } from "./benches.ts";
import { type Judgement, judge, lineOf } from "./claim.ts";
import { type Bench, type Findings, NotMeasured } from "./context.ts";
import { updateDocument } from "./document.ts";
import { append } from "./history.ts";
import { Interrupted, interruption } from "./interruption.ts";
import { describeMachine } from "./machine.ts";

/** Timed tests of others may run before us. */
const LOCK_LIMIT_MS = 30 * 60_000;

async function fetchMissing({ parts }: Bench): Promise<void> {
  for (const name of new Set(parts)) {
    if (findPart(name)) continue;
    console.log(`fetching ${name}`);
    await fetchPart(name).catch((error: Error) => {
      throw new NotMeasured(`${name} cannot be had: ${error.message}`);
    });
  }
}

async function measureAlone(bench: Bench, quick: boolean, signal: AbortSignal): Promise<Findings> {
  const idleShare = quick || bench.onAnyMachine ? 1 : await awaitIdleMachine();
  signal.throwIfAborted();
  if (idleShare < IDLE_DEMAND.idleShareMin)
    throw new NotMeasured(`the machine was only ${Math.round(idleShare * 100)} % idle`);
  const hiccups = await watchHiccups();
  try {
    return await bench.run({ quick, signal, hiccups });
  } finally {
    await hiccups.stop();
    process.stderr.write("\n");
  }
}

/** What keeps it from being measured is a finding too; everything else is an error. */
async function findingsOf(bench: Bench, quick: boolean, signal: AbortSignal) {
  try {
    await fetchMissing(bench);
    const alone = () => measureAlone(bench, quick, signal);
    const options = { waitLimitMs: LOCK_LIMIT_MS, signal };
    return { ...(await withTimedLock(alone, options)), reason: "hiccups" };
  } catch (error) {
    if (!(error instanceof NotMeasured || error instanceof TimedLockBusy)) throw error;
    return { lines: [], values: {}, data: null, reason: error.message };
  }
}

async function runBench(bench: Bench, quick: boolean, signal: AbortSignal): Promise<Judgement[]> {
  console.log(`\n${bench.name}: ${bench.title}\n`);
  const at = new Date().toISOString();
  const { lines, values, data, reason } = await findingsOf(bench, quick, signal);
  const judgements = bench.claims.map((claim) => judge(claim, values[claim.value], reason));
  for (const line of [...lines, "", ...judgements.map(lineOf)]) console.log(line);
  if (!quick && data !== null) {
    const judged = judgements.map(({ claim: { kind, says }, outcome, measured }) => ({
      ...{ kind, says, outcome, measured },
    }));
    const machine = describeMachine(bench.parts);
    append({ at, bench: bench.name, machine, lines, judged, values, data });
    updateDocument();
  }
  return judgements;
}

/** 1: a Must fails. */
function exitCodeOf(judgements: readonly Judgement[]): number {
  const isBroken = ({ claim, outcome }: Judgement) => claim.kind === "must" && outcome === "fails";
  return judgements.some(isBroken) ? 1 : 0;
}

async function runAll(benches: readonly Bench[], quick: boolean): Promise<number> {
  const signal = interruption();
  const judgements: Judgement[] = [];
  for (const bench of benches) judgements.push(...(await runBench(bench, quick, signal)));
  if (benches.length > 1) for (const line of ["", ...judgements.map(lineOf)]) console.log(line);
  return exitCodeOf(judgements);
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const quick = words.includes("--quick");
    const benches = chooseBenches(words.filter((word) => word !== "--quick"));
    if (quick) console.log("quick: short runs, not for the record");
    return await runAll(benches, quick);
  } catch (error) {
    if (error instanceof Interrupted) console.error("interrupted");
    else if (error instanceof UnknownBench) console.error(error.message);
    else throw error;
    return error instanceof Interrupted ? 130 : 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
