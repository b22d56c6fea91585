/**
 * The coordinator of a run over many agents: `bun fleet-coordinator.ts SETTINGS`, which is JSON.
 * Says each phase as it begins; the last line is what came of it, a FleetOutcome as JSON.
 */
import { deflateSync } from "node:zlib";
import { realClock } from "@nightjar/core/run/clock.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import { planOf } from "@nightjar/core/simulation/plans.ts";
import type { FleetRun } from "@nightjar/fleet/coordinator/fleet-run.ts";
import { type FleetOptions, prepareFleet } from "@nightjar/fleet/coordinator/preparation.ts";
import { LEASE } from "@nightjar/fleet/limits.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { SyntheticLoad } from "./synthetic-snapshots.ts";

export interface FleetCoordinatorSettings {
  readonly nats: string;
  readonly agents: number;
  readonly seconds: number;
  readonly load: SyntheticLoad;
}

export interface FleetOutcome {
  /** When each phase began, ms after it was asked for. */
  readonly phasesMs: Readonly<Record<string, number>>;
  readonly readyMs: number;
  /** Snapshots that were folded, and how many of them had come before. */
  readonly snapshots: number;
  readonly repeated: number;
  /** Why the run did not go to its end; `null`: it did. */
  readonly cutShort: string | null;
  readonly completed: number;
  readonly unknown: number;
  /** From the agent's writing it to its being folded. */
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Of the agents' clocks, by which T0 was told; all clocks are one, so that 0 is the truth. */
  readonly clockMs: { readonly worstError: number; readonly worstBound: number };
  readonly rssBytes: number;
}

/** More than any case here needs; default limits are of no interest. */
const STREAM_BYTES = 8 * 1024 ** 3;

/** Of the snapshots as they are folded. */
class Arrivals {
  readonly delaysMs: number[] = [];
  private readonly seen = new Set<string>();
  repeated = 0;

  readonly hear = (event: RunEvent): void => {
    if (event.type !== "snapshot") return;
    this.delaysMs.push(monotonicNs() / 1e6 - event.usage.rssBytes / 1e3);
    const key = `${event.child}.${event.interval}`;
    if (this.seen.has(key)) this.repeated++;
    this.seen.add(key);
  };

  delayMs(): FleetOutcome["delayMs"] {
    const sorted = this.delaysMs.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}

function planFor({ agents, seconds, load }: FleetCoordinatorSettings) {
  const rate = agents * load.targets * load.perTarget;
  const targets = Array.from({ length: load.targets }, (_, at) => ({
    url: `http://target-${at}.invalid/`,
  }));
  return planOf({ rate, connections: agents }, { duration: `${seconds}s`, targets });
}

function clocksOf({ members }: FleetRun): FleetOutcome["clockMs"] {
  const clocks = members.map(({ startClock }) => startClock);
  return {
    worstError: Math.max(...clocks.map(({ offsetNs }) => Math.abs(offsetNs))) / 1e6,
    worstBound: Math.max(...clocks.map(({ boundNs }) => boundNs)) / 1e6,
  };
}

async function lead(settings: FleetCoordinatorSettings): Promise<FleetOutcome> {
  const arrivals = new Arrivals();
  const phasesMs: Record<string, number> = {};
  let cutShort: string | null = null;
  const bus = await connectNats({ servers: settings.nats, name: "coordinator" });
  const beganMs = performance.now();
  const order = {
    ...{ plan: planFor(settings), assets: {}, runId: "bench", coordinator: "bench" },
    ...{ demands: [{ count: settings.agents }], lostAgent: "fail" as const },
    ...{ leaseNs: LEASE.defaultNs, orphanNs: LEASE.defaultOrphanNs },
  };
  const options: FleetOptions = {
    ...{ bus, clock: realClock(monotonicNs), signal: new AbortController().signal },
    ...{ draw: Math.random, environment: watchEnvironment() },
    wallTime: () => new Date().toISOString(),
    streamBytes: STREAM_BYTES,
    onEvent: arrivals.hear,
    onLoss(sentence) {
      cutShort ??= sentence;
    },
    entered(phase) {
      phasesMs[phase] = performance.now() - beganMs;
      console.log(phase);
    },
  };
  const run = await prepareFleet(order, options);
  const readyMs = performance.now() - beganMs;
  const deflate = (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes));
  const { accounting } = await run.measure(() => {}, deflate);
  await bus.close();
  return {
    ...{ phasesMs, readyMs, snapshots: arrivals.delaysMs.length, repeated: arrivals.repeated },
    ...{ cutShort, completed: accounting.completed, unknown: accounting.unknown },
    ...{ clockMs: clocksOf(run), delayMs: arrivals.delayMs() },
    rssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

console.log(JSON.stringify(await lead(JSON.parse(process.argv[2]))));
