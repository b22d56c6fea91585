/**
 * A run's stream with records that nobody of ours has written: a sentence that says which, or a
 * Result that adds up. Another sequence: NIGHTJAR_SEED=7.
 */
import { expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { encodePacked } from "@nightjar/core/run/codec.ts";
import { damaged, damagedFrame } from "@nightjar/testkit/damaged-messages.ts";
import { Draws } from "@nightjar/testkit/mutations.ts";
import type { Stored } from "../bus.ts";
import { Assembler } from "../parcel.ts";
import { AS_IT_IS } from "../simulation/fleet-stage.ts";
import { type Loose, recorded, storedOf, type Told } from "../simulation/recorded-stream.ts";
import { FleetFold } from "./fleet-fold.ts";

const RECORDED = recorded();
const SEED = Number(process.env.NIGHTJAR_SEED ?? 1);

/** The Result, or the sentence. Throws what is neither. */
function folded(stream: readonly Stored[], exclude: string[] = []): Result | NightjarError {
  try {
    const fold = new FleetFold({ exclude: new Set(exclude) });
    for (const stored of stream) fold.take(stored);
    if (fold.head === undefined) return new NightjarError("protocol", "no head");
    return fold.result(AS_IT_IS);
  } catch (error) {
    if (error instanceof NightjarError) return error;
    throw error;
  }
}

function checkResult(result: Result): void {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } =
    resultSchema.parse(result).accounting;
  expect(due).toBe(sent + dropped + unsent + unknown);
  expect(sent).toBe(completed + failed + censored);
}

/** The records with one changed. */
async function changed(isIt: (told: Told) => boolean, change: (record: Loose) => unknown) {
  const told = await RECORDED;
  const at = told.findIndex(isIt);
  const record = structuredClone(told[at].record);
  const other = change(record) ?? record;
  return { at: at + 1, told: told.with(at, { ...told[at], record: other }) };
}

const isHead = ({ subject }: Told) => subject.endsWith(".head");
const isEvent = (type: string) => (told: Told) => told.record.event?.type === type;
const isSnapshot = (told: Told) =>
  isEvent("snapshot")(told) && told.record.event.cells[1]?.tally.counts.completed > 0;
const isLog = (type: string) => (told: Told) => told.record.type === type;

const counts = (record: Loose) => record.event.cells[1].tally.counts;

/** `a.0.b`, which the record has. */
function put(path: string, value: unknown) {
  return (record: Loose) => {
    const keys = path.split(".");
    const last = keys.pop() as string;
    const place = keys.reduce((tree, key) => tree[key], record);
    place[last] = value;
  };
}

test("as it was written it gives a Result, packed or not", async () => {
  const told = await RECORDED;
  const packed = told.map((one) => ({ ...one, frame: encodePacked(one.record) }));
  const result = folded(storedOf(told)) as Result;
  checkResult(result);
  expect(result.verdict.outcome).toBe("pass");
  expect(folded(storedOf(packed))).toEqual(result);
  expect(folded(storedOf(told).flatMap((one) => [one, one]))).toEqual(result);
});

const SNAPSHOTS: readonly [string, (record: Loose) => unknown, string][] = [
  ["interval −1", put("event.interval", -1), "interval: a count"],
  ["interval 1e9", put("event.interval", 1e9), "interval: beyond the run"],
  ["interval 2^53", put("event.interval", 2 ** 53), "interval: a count"],
  ["another's name", put("event.child", "1"), "it speaks for another"],
  ["another life", put("event.incarnation", 7), "incarnation"],
  ["a count below 0", put("event.cells.1.tally.counts.completed", -1), "completed: a count"],
  ["a count of NaN", put("event.cells.1.tally.counts.sent", Number.NaN), "sent: a count"],
  ["a count of 2^60", put("event.cells.1.tally.counts.due", 2 ** 60), "due: a count"],
  ["no count", (record) => void delete counts(record).ok, "ok: a count"],
  ["counts that do not add up", (record) => void counts(record).sent++, "they do not add up"],
  ["no cells", put("event.cells", {}), "cells: too many"],
  ["a stage too many", put("event.cells.1.stage", 1), "a place that the plan"],
  ["half a target", put("event.cells.1.target", 0.5), "a place that the plan"],
  ["a third phase", put("event.cells.1.phase", "later"), "a phase that there"],
  ["an error called constructor", withError("constructor"), "errors: no such key"],
  ["a status of 10 kB", withStatus("2".repeat(10_000)), "statuses: no such key"],
  ["a histogram of nobody's", withHistogram("recorded:x-y", []), "one that the plan does not"],
  ["slots out of order", withHistogram("wait", [9, 3]), "its slots are in no order"],
  ["slots twice", withHistogram("wait", [3, 3]), "its slots are in no order"],
  ["slots that there are not", withHistogram("wait", [3, 60_000]), "a slot that there is not"],
  ["a slot of −1", withHistogram("wait", [3, 4, 5], -1), "a count from 0"],
  ["a slot of NaN", withHistogram("wait", [3], Number.NaN), "a count from 0"],
  ["half a sample", withHistogram("wait", [3, 4], 0.5), "a slot without a count"],
  ["another count", withMoments({ count: 3 }), "it holds another number"],
  ["a maximum of 2^53", withMoments({ max: 2 ** 53 }), "its extremes"],
  ["a sum below 0", withMoments({ sum: -1n }), "its sums"],
  ["a sum of squares of 2^200", withMoments({ sumSquares: 2n ** 200n }), "its sums"],
  ["no sum", withMoments({ sum: 5 }), "its extremes"],
  ["bytes in words", put("event.bytes.sent", "many"), "bytes: a count"],
  ["no backends", put("event.backends", null), "backends: it is none"],
];

function withError(kind: string) {
  return (record: Loose) => {
    record.event.cells[1].tally.errors = { [kind]: { count: 1, sample: "", atNs: 0 } };
  };
}

function withStatus(status: string) {
  return (record: Loose) => {
    record.event.cells[1].tally.statuses = { [status]: 1 };
  };
}

function withHistogram(name: string, slots: number[], each = 1) {
  const counts = Float64Array.from(slots, () => each);
  const sums = { min: 0, max: 9, sum: 0n, sumSquares: 0n };
  const one = { slots: Uint16Array.from(slots), counts, count: each * slots.length, ...sums };
  return put(`event.cells.1.tally.histograms.${name}`, one);
}

function withMoments(moments: object) {
  const whole = new Histogram();
  for (const value of [3, 4]) whole.record(value);
  return put("event.cells.1.tally.histograms.wait", { ...whole.sparse(), ...moments });
}

test.each(SNAPSHOTS)("a snapshot is refused, and which it is: %s", async (_, change, reason) => {
  const { at, told } = await changed(isSnapshot, change);
  const refusal = folded(storedOf(told)) as NightjarError;
  const said = `record ${at} of the run's stream, of agent a0, is malformed: `;
  expect(refusal.message).toStartWith(said);
  expect(refusal.message.slice(said.length)).toContain(reason);
  expect(refusal).toMatchObject({
    code: "protocol",
    hint: "--exclude a0 passes over what it said",
  });
  checkResult(folded(storedOf(told), ["a0"]) as Result);
});

test("a packed histogram that holds another number than it says is refused", async () => {
  const { told } = await changed(isSnapshot, withMoments({ count: 3 }));
  const packed = told.map((one) => ({ ...one, frame: encodePacked(one.record) }));
  expect(String(folded(storedOf(packed)))).toContain("it holds another number than it says");
});

const OTHERS: readonly [string, (told: Told) => boolean, (record: Loose) => unknown, string][] = [
  ["intervals", isEvent("ended"), put("event.intervals", 2 ** 53), "ended.inter"],
  ["half of one", isEvent("ended"), put("event.intervals", 0.5), "ended.intervals"],
  ["an end before T0", isEvent("ended"), put("event.untilNs", -1), "ended.untilNs"],
  ["an outcome", isEvent("ended"), put("event.outcome", "won"), "ended.outcome"],
  ["lateness", isEvent("started"), put("event.latenessNs", "x"), "started.late"],
  ["an order", isEvent("ended"), () => ({ type: "prepare", order: {} }), "its type is unknown"],
  ["an event", isEvent("ended"), () => ({ type: "event", event: 7 }), "event: none"],
  ["a list", isEvent("ended"), () => [1], "its type is unknown"],
  ["a log", isLog("clocks"), put("type", "__proto__"), "log.type"],
  ["a clock", isLog("clocks"), put("clocks.0.boundNs", null), "log.clocks.0"],
  ["a time", isLog("end"), put("atNs", -1), "log.atNs"],
  ["a machine", isLog("end"), put("environment", null), "log.environment"],
  ["a plan", isHead, put("plan.targets", []), "head.plan: targets"],
  ["no plan", isHead, (record) => void delete record.plan, "head.plan"],
  ["two of one name", isHead, put("children.1.spec.id", "0"), "two of one"],
  ["all for both", isHead, withShares({ from: 0, to: 4, of: 4 }), "their shares"],
  ["half for nobody", isHead, (record) => void record.children.pop(), "nobody has the rest"],
  ["nobody", isHead, put("children", []), "head.children"],
  ["a name", isHead, put("children.0.spec.id", "a.b"), "head.children.0.spec"],
];

function withShares(share: object) {
  return (record: Loose) => {
    for (const { spec } of record.children) spec.share = share;
  };
}

test.each(OTHERS)("a record is refused, and which it is: %s", async (_, isIt, change, reason) => {
  const { at, told } = await changed(isIt, change);
  const refusal = folded(storedOf(told)) as NightjarError;
  expect(refusal.code).toBe("protocol");
  expect(refusal.message).toContain(`record ${at} of the run's stream`);
  expect(refusal.message).toContain(reason);
});

test("another version's run, another's head, and what stands elsewhere", async () => {
  const told = await RECORDED;
  const [head] = told.filter(isHead);
  const foreign = { ...head, record: { type: "head", protocol: 9, version: "9.9\u001b" } };
  expect(folded(storedOf([foreign]))).toMatchObject({
    code: "refused",
    message: expect.stringContaining("the run is of Nightjar 9.9· (fleet protocol 9), and this"),
  });
  const second = { ...head, record: { ...head.record, coordinator: "another" } };
  expect(String(folded(storedOf([...told, second])))).toContain("another head than the first");
  const stray = [".up.7", ".up.a.b", ".log.x", ".other", ".up.", ".up.\u001b"];
  for (const end of stray) {
    const subject = head.subject.replace(".head", end);
    const [ended] = told.filter(isEvent("ended"));
    const refusal = folded(storedOf([...told, { ...ended, subject }]));
    expect(String(refusal)).toContain(`record ${told.length + 1} of the run's stream`);
  }
  const asLog = { ...head, subject: head.subject.replace(".head", ".log") };
  expect(String(folded(storedOf([asLog, ...told])))).toContain("record 1 of the run's stream");
});

test("an hour beyond the plan is folded, in little memory, and no more", async () => {
  const before = process.memoryUsage.rss();
  for (const [interval, isFolded] of [
    [3600, true],
    [3700, false],
  ] as const) {
    const { told } = await changed(isSnapshot, put("event.interval", interval));
    const { message = "" } = folded(storedOf(told)) as Partial<NightjarError>;
    expect(message.includes("beyond the run")).toBe(!isFolded);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
});

test("who contradicts itself from one second to the next gives no Result", async () => {
  const { told } = await changed(isSnapshot, ({ event }) => {
    const { tally } = event.cells[1];
    tally.open = { ...tally.open, inFlight: tally.open.inFlight + 5 };
    tally.counts.sent += 5;
    tally.counts.due += 5;
  });
  expect(folded(storedOf(told))).toMatchObject({
    code: "protocol",
    message: expect.stringContaining("the agents of the run contradict themselves"),
  });
});

test("messages of which parts never come cost what they hold, and no more", () => {
  const assembler = new Assembler();
  const before = process.memoryUsage.rss();
  for (let number = 0; number < 200_000; number++) {
    const part = new Uint8Array(20);
    new DataView(part.buffer).setUint32(0, number, true);
    new DataView(part.buffer).setUint32(8, 4096, true);
    assembler.add(part);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
});

test("of thousands of damaged streams each gives a sentence or a Result that adds up", async () => {
  const told = await RECORDED;
  const draws = new Draws(SEED);
  const outcomes = { results: 0, refusals: 0 };
  for (let trial = 0; trial < 4_000; trial++) {
    const stream = damagedStream(told, draws);
    const outcome = folded(storedOf(stream));
    if (outcome instanceof NightjarError) {
      expect(["protocol", "refused"]).toContain(outcome.code);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(outcome.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      expect(outcome.message.length).toBeLessThan(5_000);
      outcomes.refusals++;
    } else {
      checkResult(outcome);
      outcomes.results++;
    }
  }
  expect(outcomes.results).toBeGreaterThan(200);
  expect(outcomes.refusals).toBeGreaterThan(200);
}, 240_000);

function damagedStream(told: readonly Told[], draws: Draws): (Told & { frame?: Uint8Array })[] {
  const at = draws.index(told.length);
  const one = told[at];
  const bad = draws.chance(0.9)
    ? { ...one, record: damaged(one.record, draws) }
    : { ...one, frame: damagedFrame(one.record, draws) };
  const others = draws.of([
    () => told.with(at, bad),
    () => told.toSpliced(at, 1),
    () => told.toSpliced(at, 0, bad),
    () => told.toSpliced(at, 1).toSpliced(draws.index(told.length), 0, one),
    () => told.with(at, bad).toSpliced(draws.index(told.length), 1),
  ]);
  return others();
}
