/**
 * One run over a fleet on this machine, by a real broker on file storage: what its coordinator, its
 * broker and its agents need of the CPU while it goes on.
 *
 *     bench ──▶ nats-server
 *       ├─────▶ fleet-agents.ts        one or two; each agent has a connection of its own
 *       └─────▶ fleet-coordinator.ts
 *
 *     T0 ── 2.5 s ──┬── the window ──┬── 1.5 s ── the plan's end
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readCpuTicks } from "@nightjar/testkit/idle-machine.ts";
import { type NatsServer, startNatsServer } from "@nightjar/testkit/nats-server.ts";
import {
  cpuTicksOf,
  freePort,
  type RunningProcess,
  startProcess,
} from "@nightjar/testkit/processes.ts";
import type { FleetAgentsSettings } from "./fleet-agents.ts";
import type { FleetCoordinatorSettings, FleetOutcome } from "./fleet-coordinator.ts";
import type { SyntheticLoad } from "./synthetic-snapshots.ts";

export interface FleetCase {
  readonly agents: number;
  readonly load: SyntheticLoad;
  readonly windowS: number;
}

/** On average over the window. */
interface Use {
  /** In cores. `others`: of what else the machine had to do. */
  readonly cores: Record<"coordinator" | "broker" | "agents" | "others", number>;
  /** From all its clients to the broker, and from it to them. */
  readonly inBytesPerS: number;
  readonly outBytesPerS: number;
}

export interface FleetMeasured extends Use {
  readonly of: FleetCase;
  readonly seconds: number;
  readonly outcome: FleetOutcome;
}

const AGENTS = join(import.meta.dir, "fleet-agents.ts");
const COORDINATOR = join(import.meta.dir, "fleet-coordinator.ts");
/** So that the window begins and ends in the middle of a second of the run. */
const SETTLE_S = 2.5;
const AFTER_S = 1.5;
const READY_LIMIT_MS = 180_000;
const END_LIMIT_MS = 60_000;
const TICKS_PER_S = 100;
/** From so many on there are two processes of agents. */
const MANY = 50;

/** Processes of one run: nothing of them is left when it is over. */
class Stage {
  private readonly started: { stop(): Promise<void> }[] = [];

  constructor(readonly signal: AbortSignal) {}

  async add<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const one = await starting;
    this.started.push(one);
    this.signal.throwIfAborted();
    return one;
  }

  async clear(): Promise<void> {
    for (const one of this.started.toReversed()) await one.stop();
  }
}

/** Throws with what it said, where the run did not come to its end. */
export async function measureFleet(one: FleetCase, signal: AbortSignal): Promise<FleetMeasured> {
  const stage = new Stage(signal);
  try {
    const port = freePort();
    const broker = await stage.add(startNatsServer({ more: `http: "127.0.0.1:${port}"` }));
    return await measureBy(broker, port, one, stage);
  } finally {
    await stage.clear();
  }
}

async function measureBy(broker: NatsServer, port: number, of: FleetCase, stage: Stage) {
  const { agents, load, windowS } = of;
  const seconds = SETTLE_S + windowS + AFTER_S;
  const common = { nats: broker.url, seconds, load };
  const crowd: RunningProcess[] = [];
  for (const part of partsOf(agents))
    crowd.push(await stage.add(startAgents({ ...common, ...part })));
  const coordinator = await stage.add(startCoordinator({ ...common, agents }));
  const read = () => reading(broker, port, coordinator, crowd);
  await pause(SETTLE_S, stage.signal);
  const before = await read();
  await pause(windowS, stage.signal);
  const use = between(before, await read());
  return { of, seconds, ...use, outcome: await outcomeOf(coordinator) };
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return sleep(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function partsOf(agents: number): { from: number; agents: number }[] {
  if (agents < MANY) return [{ from: 0, agents }];
  const half = Math.ceil(agents / 2);
  return [
    { from: 0, agents: half },
    { from: half, agents: agents - half },
  ];
}

function startAgents(settings: FleetAgentsSettings): Promise<RunningProcess> {
  return startProcess({
    name: `${settings.agents} agents`,
    command: [process.execPath, AGENTS, JSON.stringify(settings)],
    ready: { line: /^ready$/ },
    readyLimitMs: READY_LIMIT_MS,
  });
}

/** Resolves at T0. */
function startCoordinator(settings: FleetCoordinatorSettings): Promise<RunningProcess> {
  return startProcess({
    name: "coordinator",
    command: [process.execPath, COORDINATOR, JSON.stringify(settings)],
    ready: { line: /^measure$/ },
    readyLimitMs: READY_LIMIT_MS,
  });
}

async function outcomeOf(coordinator: RunningProcess): Promise<FleetOutcome> {
  const code = await Promise.race([
    coordinator.exited,
    sleep(END_LIMIT_MS, "late", { ref: false }),
  ]);
  if (code !== 0)
    throw new Error(`the coordinator has ended with ${code}: ${coordinator.stderr()}`);
  return JSON.parse(coordinator.stdout().trim().split("\n").at(-1) as string) as FleetOutcome;
}

interface Reading {
  readonly atMs: number;
  readonly ticks: Record<"coordinator" | "broker" | "agents" | "busy", number>;
  readonly inBytes: number;
  readonly outBytes: number;
}

async function reading(
  broker: NatsServer,
  port: number,
  coordinator: RunningProcess,
  crowd: readonly RunningProcess[],
): Promise<Reading> {
  const { idle, total } = readCpuTicks();
  const ticks = {
    coordinator: coordinator.cpuTicks(),
    broker: cpuTicksOf(broker.pid),
    agents: crowd.reduce((sum, one) => sum + one.cpuTicks(), 0),
    busy: total - idle,
  };
  const atMs = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/varz`);
  const { in_bytes: inBytes, out_bytes: outBytes } = (await answer.json()) as Varz;
  return { atMs, ticks, inBytes, outBytes };
}

/** Of what nats-server says of itself. */
interface Varz {
  readonly in_bytes: number;
  readonly out_bytes: number;
}

function between(before: Reading, after: Reading): Use {
  const seconds = (after.atMs - before.atMs) / 1000;
  const inCores = (name: keyof Reading["ticks"]) =>
    (after.ticks[name] - before.ticks[name]) / TICKS_PER_S / seconds;
  const [coordinator, broker, agents] = (["coordinator", "broker", "agents"] as const).map(inCores);
  const others = Math.max(0, inCores("busy") - coordinator - broker - agents);
  return {
    cores: { coordinator, broker, agents, others },
    inBytesPerS: (after.inBytes - before.inBytes) / seconds,
    outBytesPerS: (after.outBytes - before.outBytes) / seconds,
  };
}
