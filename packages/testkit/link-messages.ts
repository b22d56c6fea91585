/** One message of each kind, with all that is hard to carry. */
import { lowestOf } from "@nightjar/core/record/histogram.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { Ended, Order } from "@nightjar/core/run/load-generator.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { planOf } from "@nightjar/core/simulation/plans.ts";
import { Stage } from "@nightjar/core/simulation/stage.ts";

const UNICODE = 'ελληνικά, 日本語, 🐦, "\\\n\0\u2028';
const key = { child: "0", incarnation: 0 } as const;

const load = { rate: 40, connections: 4 };
const SHORT = planOf(load, { duration: "1200ms", timeout: "300ms" });
/** Longer than any test. */
const LONG = planOf(load, { duration: "1h", timeout: "300ms" });

export function orderWith(assets: Order["assets"] = {}): Order {
  const share = wholeShare(LONG.load.connections);
  return { plan: LONG, share, runId: "r", child: "0", incarnation: 0, from: 0, assets };
}

export function downMessages(): Message[] {
  const assets = { "env:SECRET": Uint8Array.from({ length: 256 }, (_, byte) => byte), "": NOTHING };
  const order: Order = { ...orderWith(assets), runId: UNICODE, details: "from free" };
  return [
    { type: "prepare", order },
    { type: "start", t0Ns: 9_007_199_254_740_991 },
    { type: "start", t0Ns: 0.1 + 0.2 },
    { type: "stop", reason: UNICODE, call: 1 },
    { type: "stop", reason: "", call: 2 },
    { type: "cancel" },
  ];
}

const NOTHING = new Uint8Array();

export async function upMessages(): Promise<Message[]> {
  const ready = { workers: 2, addresses: ["192.0.2.1", "2001:db8::1"], lookupNs: 1.5e6, pid: 7 };
  const transcript = { command: ["a", UNICODE], exitCode: null, stdout: UNICODE, stderr: "" };
  const ended: Ended = {
    ...{ type: "ended", ...key, outcome: "failed", intervals: null, untilNs: null },
    ...{ reason: UNICODE, notes: [UNICODE], transcript },
  };
  return [
    { type: "ready", ready },
    { type: "refused", code: "unknown-host", message: UNICODE, hint: "ask later" },
    { type: "refused", code: "protocol", message: "" },
    { type: "event", event: { type: "started", ...key, latenessNs: -1 } },
    ...(await snapshots()).map((event) => ({ type: "event", event }) as const),
    { type: "event", event: ended },
  ];
}

/** As a child records them: typed arrays, and sums beyond what a double can hold. */
export async function snapshots(): Promise<Snapshot[]> {
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const stage = new Stage(SHORT, settle);
  await stage.perform(stage.child());
  const all = stage.events.filter((event) => event.type === "snapshot");
  const slots = Uint16Array.of(30_000);
  const counts = Float64Array.of(2 ** 50);
  const range = { count: 2 ** 50, min: lowestOf(30_000), max: lowestOf(30_000) };
  const huge = { slots, counts, ...range, sum: 2n ** 90n + 1n, sumSquares: 2n ** 150n + 1n };
  return [{ ...all[0], turn: huge }, ...all.slice(1)];
}

/** Numbered by interval. */
export async function manySnapshots(count: number): Promise<Message[]> {
  const [first] = await snapshots();
  return Array.from({ length: count }, (_, interval) => ({
    type: "event",
    event: { ...first, interval },
  }));
}

export function intervalOf(message: Message): number {
  return message.type === "event" && message.event.type === "snapshot"
    ? message.event.interval
    : -1;
}
