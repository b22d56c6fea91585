/**
 * FleetScene: one run over four real agents, a0 … a3, and a server of its own, in which a test
 * breaks something. Scenes share the broker of a fleet, and its agents by a label.
 */
import { expect } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Phase } from "@nightjar/fleet/coordinator/course.ts";
import type { LostAgent } from "@nightjar/fleet/messages.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import type { RunningProcess } from "../processes.ts";
import { type CutOptions, type Relay, startRelay } from "../relay.ts";
import { Arrivals } from "./arrivals.ts";
import { childrenOf, type RealFleet, type RunningCoordinator } from "./fleet.ts";

export const NUMBER_HEADER = "x-nightjar-number";
const AGENTS = 4;

/**
 * Answers take 2 s, so that an agent is called sick from 100 ms of lateness on and not from 10 ms:
 * these tests are about what breaks, and the machine may be busy.
 */
const BEHAVIOUR = "delay=2s";
/** 80/s for 20 s, and more connections than answers are waited for. */
const LOAD = { rate: 80, connections: 400 } as const;

export interface SceneSettings {
  readonly lostAgent?: LostAgent;
  readonly leaseNs?: number;
  readonly orphanNs?: number;
  readonly streamBytes?: number;
  readonly streamReplicas?: number;
  /** Its coordinator is killed as this phase begins. */
  readonly dieIn?: Phase;
  /** Each agent reaches the broker by a relay of its own. */
  readonly isRelayed?: boolean;
  readonly plan?: Partial<PlanDocument>;
}

export interface SceneAgent {
  readonly process: RunningProcess;
  readonly relay: Relay | undefined;
}

export interface Played {
  /** Of the run itself; `undefined`: its coordinator was killed. */
  readonly own: Result | undefined;
  readonly collected: Result;
  readonly arrivals: Arrivals;
}

let scenes = 0;

export class FleetScene {
  private readonly name = `scene${++scenes}`;
  readonly agents: SceneAgent[] = [];
  private runs = 0;

  private constructor(
    private readonly fleet: RealFleet,
    readonly origin: ChildOrigin,
  ) {}

  static async open(fleet: RealFleet, isRelayed = false): Promise<FleetScene> {
    const scene = new FleetScene(fleet, await startChildOrigin("--log", "--behaviour", BEHAVIOUR));
    await Promise.all(Array.from({ length: AGENTS }, (_, at) => scene.addAgent(at, isRelayed)));
    return scene;
  }

  private async addAgent(at: number, isRelayed: boolean): Promise<void> {
    const { port, url } = this.fleet.seatOf(at);
    const relay = isRelayed
      ? await startRelay({ target: { hostname: "127.0.0.1", port } })
      : undefined;
    this.agents[at] = {
      relay,
      process: await this.fleet.addAgent({
        name: `a${at}`,
        labels: { scene: this.name },
        nats: relay ? `nats://127.0.0.1:${relay.port}` : url,
      }),
    };
  }

  /** Begins a run; several may follow one another. */
  async begin({ plan, ...settings }: SceneSettings = {}): Promise<SceneRun> {
    const document: PlanDocument = {
      targets: [{ url: `${this.origin.url}/` }],
      load: LOAD,
      duration: "20s",
      timeout: "10s",
      numberHeader: NUMBER_HEADER,
      ...plan,
    };
    const runId = `${this.name}-${++this.runs}`;
    const coordinator = await this.fleet.coordinate({
      runId,
      plan: document,
      demands: [{ label: { name: "scene", value: this.name }, count: AGENTS }],
      ...settings,
    });
    return new SceneRun(this.fleet, this, runId, document, coordinator);
  }

  async forgetArrivals(): Promise<void> {
    await fetch(new URL("/.control/log", this.origin.url), { method: "DELETE" });
  }

  async close(): Promise<void> {
    await Promise.all(
      this.agents.map(async ({ process, relay }) => {
        await process.stop();
        await relay?.stop();
      }),
    );
    await this.origin.stop();
  }
}

export class SceneRun {
  constructor(
    private readonly fleet: RealFleet,
    private readonly scene: FleetScene,
    readonly id: string,
    readonly document: PlanDocument,
    readonly coordinator: RunningCoordinator,
  ) {}

  /** Resolves so long after T0. */
  async measuring(seconds: number): Promise<void> {
    await this.coordinator.phase("measure");
    await Bun.sleep(seconds * 1000);
  }

  /** Cuts an agent off from the broker; gives when, on the machine's monotonic clock. */
  cut(at: number, how: CutOptions): number {
    this.relayOf(at).cut(how);
    return monotonicNs();
  }

  signalCoordinator(signal: "SIGINT" | "SIGKILL"): number {
    process.kill(this.coordinator.process.pid, signal);
    return monotonicNs();
  }

  heal(at: number): void {
    this.relayOf(at).heal();
  }

  private relayOf(at: number): Relay {
    const { relay } = this.scene.agents[at];
    if (!relay) throw new Error("this scene has no relays");
    return relay;
  }

  workersOf(at: number): number[] {
    return childrenOf(this.scene.agents[at].process.pid);
  }

  /**
   * Kills an agent as by SIGKILL; gives when nothing of it was left, on the machine's monotonic
   * clock. Its workers have to notice it.
   */
  async killAgent(at: number): Promise<number> {
    const { process: agent } = this.scene.agents[at];
    const workers = this.workersOf(at);
    process.kill(agent.pid, "SIGKILL");
    await agent.exited;
    await Promise.all(workers.map(untilGone));
    return monotonicNs();
  }

  /** Once the run is over, and all its agents wait for another one. */
  async over(): Promise<Played> {
    const ending = await this.coordinator.ending;
    if (ending?.refused !== undefined) throw new Error(`no run: ${ending.refused}`);
    await this.fleet.untilNobodyIsIn(this.id);
    return this.folded(ending?.result);
  }

  private async folded(own?: Result): Promise<Played> {
    const run = await this.fleet.fold(this.id);
    expect(await this.fleet.collect(this.id)).toEqual(run.result as never);
    const rows = await readOriginLog(this.scene.origin.url);
    const arrivals = new Arrivals(rows, this.document, run);
    return { own, collected: run.result, arrivals };
  }
}

const GONE_LIMIT_MS = 30_000;

/** Rejects where a process outlives its parent by more than that. */
async function untilGone(pid: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < GONE_LIMIT_MS; waitedMs += 20) {
    if (!isThere(pid)) return;
    await Bun.sleep(20);
  }
  throw new Error(`process ${pid} is still there ${GONE_LIMIT_MS} ms after its parent`);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
