/** Faults of a real fleet, played by a few scenes at once. */
import { expect, test } from "bun:test";
import { noteNotMeasured } from "../timed.ts";
import { checkFault, disturbance, type Unfit } from "./expected-fault.ts";
import type { RealFleet } from "./fleet.ts";
import { FleetScene, type Played, type SceneRun, type SceneSettings } from "./scene.ts";

/**
 * By child: when those who cannot say their end had been killed, or had to stop, on the machine's
 * monotonic clock.
 */
export type Deaths = Readonly<Record<string, number>>;

export interface Fault extends SceneSettings {
  /** Agents that it makes unfit. */
  readonly unfit?: Unfit;
  readonly strike: (run: SceneRun, scene: FleetScene) => Promise<Deaths>;
  /** What must hold beside what is written down. */
  readonly check?: (played: Played, deaths: Deaths) => void;
}

const ATTEMPTS = 3;
/** More would make each other late. */
const LANES = 3;
const TEST_LIMIT_MS = 300_000;

let busy = 0;
const waiting: (() => void)[] = [];

async function inLane<T>(body: () => Promise<T>): Promise<T> {
  if (busy >= LANES) await new Promise<void>((resolve) => waiting.push(resolve));
  busy++;
  try {
    return await body();
  } finally {
    busy--;
    waiting.shift()?.();
  }
}

/** Defines a test by what is written down under `file`, if anything is. */
export function testFault(
  name: string,
  fleet: () => RealFleet,
  fault: Fault,
  file: string | null = name,
): void {
  const body = () => inLane(() => judge(name, fleet(), fault, file));
  test.concurrent(name, body, TEST_LIMIT_MS);
}

async function judge(
  name: string,
  fleet: RealFleet,
  fault: Fault,
  file: string | null,
): Promise<void> {
  let disturbed: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { played, deaths } = await play(fleet, fault);
    expect(played.arrivals.faults(deaths)).toEqual([]);
    disturbed =
      fault.lostAgent === "degrade" ? undefined : disturbance(played.collected, fault.unfit);
    if (disturbed !== undefined) continue;
    if (file !== null) checkFault(played, file, fault.unfit);
    return fault.check?.(played, deaths);
  }
  noteNotMeasured(name, disturbed ?? "");
}

async function play(fleet: RealFleet, fault: Fault): Promise<{ played: Played; deaths: Deaths }> {
  const { strike, check: _, unfit: __, ...settings } = fault;
  const scene = await FleetScene.open(fleet, settings.isRelayed);
  try {
    const run = await scene.begin(settings);
    const deaths = await strike(run, scene);
    return { played: await run.over(), deaths };
  } finally {
    await scene.close();
  }
}
