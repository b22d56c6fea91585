/**
 * A server whose answers are seeded byte sequences, good and bad, whole and broken off: the run
 * ends, its accounts add up, and each exchange has the one outcome that its bytes lead to.
 */
import { expect, test } from "bun:test";
import { OK, scripted, type Visit } from "@nightjar/engine/scripted-server.ts";
import { runHere } from "@nightjar/testkit/runs-here.ts";
import { readAnswer } from "./answer-reading.ts";
import { sequenceAt } from "./byte-sequences.ts";
import { Draw, seedOfRun } from "./draw.ts";

const EXCHANGES = 3000;
const CONNECTIONS = 8;
/** The last ones, side by side, so that they cost the test one timeout. */
const SILENT = CONNECTIONS;
const TIMEOUT_MS = 2000;
const seed = seedOfRun();

interface Script {
  readonly bytes: Uint8Array;
  /** What the server does after them. A connection that may be used again is left alone. */
  readonly after: "end" | "reset" | "stay";
  /** A kind of failure, or `status-N`. */
  readonly outcome: string;
}

/** A pure function of the exchange's number, for the server and for the one who counts. */
function scriptOf(number: number): Script {
  if (number >= EXCHANGES - SILENT) return { bytes: OK_HALF, after: "stay", outcome: "timeout" };
  const { bytes } = sequenceAt(seed, number);
  const { outcome, status, endedByClose } = readAnswer(bytes);
  if (outcome === "done") return { bytes, after: "stay", outcome: `status-${status}` };
  if (outcome === "fault") return { bytes, after: "stay", outcome: "protocol" };
  if (new Draw(seed, number + EXCHANGES).chance(0.3))
    return { bytes, after: "reset", outcome: "reset" };
  if (endedByClose) return { bytes, after: "end", outcome: `status-${status}` };
  const kind = bytes.length === 0 ? "closed-before-answer" : "closed-mid-answer";
  return { bytes, after: "end", outcome: kind };
}

const OK_HALF = new TextEncoder().encode(OK.slice(0, -1));

function play({ socket }: Visit, { bytes, after }: Script): void {
  if (bytes.length > 0) socket.write(bytes);
  if (after === "end") socket.end();
  else if (after === "reset") socket.terminate();
}

function expectedOutcomes(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let number = 0; number < EXCHANGES; number++) {
    const { outcome } = scriptOf(number);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

test(`${EXCHANGES} malformed answers of seed ${seed} have one outcome each`, async () => {
  console.log(`NIGHTJAR_SEED=${seed}`);
  const seen = new Set<number>();
  const server = scripted((visit) => {
    const number = Number(/^x-nightjar-number: *(\d+)/im.exec(visit.head)?.[1]);
    if (seen.has(number)) throw new Error(`exchange ${number} was sent twice`);
    seen.add(number);
    play(visit, scriptOf(number));
  });
  const load = { model: "closed", requests: EXCHANGES, connections: CONNECTIONS } as const;
  const result = await runHere({ url: server.url, load, timeout: `${TIMEOUT_MS}ms` });
  server.stop();
  const { due, sent, completed, failed, dropped, unsent, unknown, censored } = result.accounting;
  expect([due, sent, completed + failed]).toEqual([EXCHANGES, EXCHANGES, EXCHANGES]);
  expect([dropped, unsent, unknown, censored]).toEqual([0, 0, 0, 0]);
  expect(seen.size).toBe(EXCHANGES);

  const failures = Object.entries(result.errors).filter(([kind]) => !kind.startsWith("status-"));
  const answers = Object.entries(result.statusCodes).map(([code, n]) => [`status-${code}`, n]);
  expect(Object.fromEntries([...failures, ...answers])).toEqual(expectedOutcomes());
  for (const kind of ["protocol", "reset", "closed-mid-answer", "timeout"])
    expect(result.errorSamples[kind].sample).not.toBe("");
}, 120_000);
