/** FleetStage: a broker, real agents and real coordinators in virtual time, led by a test. */
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Environment } from "@nightjar/core/record/environment.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { SIMULATED, type SimulatedRun, simulatedChild } from "@nightjar/core/simulation/child.ts";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { Agent } from "../agent/agent.ts";
import type { Bus } from "../bus.ts";
import type { Demand } from "../coordinator/demand.ts";
import type { FleetOrder } from "../coordinator/fleet-order.ts";
import type { FleetRun } from "../coordinator/fleet-run.ts";
import { type FleetOptions, prepareFleet } from "../coordinator/preparation.ts";
import { collect } from "../fold/collect.ts";
import { LEASE } from "../limits.ts";
import { MemoryBroker } from "../memory/broker.ts";
import { type Drift, driftingClock } from "../memory/drifting-clock.ts";
import type { MemoryBus } from "../memory/memory-bus.ts";
import type { Weather } from "../memory/weather.ts";
import { type AgentFacts, FLEET_PROTOCOL } from "../messages.ts";
import { MortalClock } from "./mortal-clock.ts";

export const NOWHERE: Environment = {
  ...{ host: "h", os: "o", kernel: "k", cpu: "c", cores: 1, cpuQuota: null, memoryMb: 1, bun: "b" },
  ...{ stealPercent: null, throttled: null, suspendedMs: null },
};

/** No document of a simulation is read by anybody but us. */
export const AS_IT_IS = (bytes: Uint8Array) => bytes;

export interface StagedAgent {
  readonly agent: Agent;
  readonly bus: MemoryBus;
  readonly clock: Clock;
  isDead: boolean;
  /** As by SIGKILL, or a machine that is switched off. */
  kill(): void;
}

export interface StagedCoordinator {
  readonly bus: MemoryBus;
  readonly clock: Clock;
  kill(): void;
}

export interface AgentScript {
  readonly facts?: Partial<AgentFacts>;
  readonly drift?: Drift;
  readonly weather?: Weather;
  readonly generator?: (clock: Clock) => LoadGenerator;
  readonly outboxBytes?: number;
}

export class FleetStage {
  readonly clock = new VirtualClock();
  readonly broker = new MemoryBroker(this.clock);
  readonly agents: StagedAgent[] = [];
  readonly runs: SimulatedRun[] = [];
  private named = 0;

  constructor(private readonly settle: () => Promise<void>) {}

  addAgent(script: AgentScript = {}): StagedAgent {
    const number = this.agents.length;
    const bus = this.broker.connect(script.weather);
    const mortal = new MortalClock(this.clock);
    const clock = driftingClock(mortal, script.drift ?? { shiftNs: 0, driftPpm: 0 });
    const generator = script.generator?.(clock) ?? simulatedChild({ clock }, this.runs);
    const arms = { nightjar: { capabilities: SIMULATED, generator } };
    const facts = { ...factsOf(number), ...script.facts };
    const agent = new Agent({ bus, clock, facts, arms, outboxBytes: script.outboxBytes });
    const staged = {
      ...{ agent, bus, clock, isDead: false },
      kill() {
        staged.isDead = true;
        mortal.kill();
        bus.connection.cut();
      },
    };
    this.agents.push(staged);
    return staged;
  }

  order(plan: Plan, demands: readonly Demand[], more: Partial<FleetOrder> = {}): FleetOrder {
    const runId = `run${++this.named}`;
    const { defaultNs: leaseNs, defaultOrphanNs: orphanNs } = LEASE;
    const common = { assets: {}, coordinator: "coordinator", leaseNs, orphanNs };
    return { plan, demands, runId, lostAgent: "fail", ...common, ...more };
  }

  /** A coordinator with a connection and a life of its own. */
  coordinator(weather?: Weather): StagedCoordinator {
    const bus = this.broker.connect(weather);
    const clock = new MortalClock(this.clock);
    const kill = () => {
      clock.kill();
      bus.connection.cut();
    };
    return { bus, clock, kill };
  }

  prepare(order: FleetOrder, options: Partial<FleetOptions> = {}): Promise<FleetRun> {
    return prepareFleet(order, {
      ...this.coordinator(),
      signal: new AbortController().signal,
      draw: () => 0.5,
      environment: () => NOWHERE,
      wallTime: () => "2026-01-01T00:00:00.000Z",
      ...options,
    });
  }

  measure(run: FleetRun): Promise<Result> {
    return run.measure(() => {}, AS_IT_IS);
  }

  async collect(runId: string, bus: Bus = this.broker.connect()): Promise<Result> {
    return (await collect(bus, runId)).result(AS_IT_IS);
  }

  at(ns: number, then: () => void): void {
    this.clock.after(ns - this.clock.nowNs(), then);
  }

  /** Agents go on for ever, so a stage has an end. */
  async play(toNs: number): Promise<void> {
    this.at(toNs, () => {
      for (const { agent } of this.agents.filter(({ isDead }) => !isDead)) {
        agent.leave("the stage is closed");
        agent.leave("the stage is closed");
        agent.leave("the stage is closed");
      }
    });
    await this.clock.run(this.settle);
  }
}

function factsOf(number: number): AgentFacts {
  return {
    id: `agent${number}`,
    name: `a${number}`,
    protocol: FLEET_PROTOCOL,
    version: VERSION,
    labels: {},
    host: `host${number}`,
    ...{ cores: 4, cpuQuota: null, memoryMb: 1024, maxRatePerS: null },
  };
}

export function planFor(load: PlanDocument["load"], rest: Partial<PlanDocument> = {}): Plan {
  const targets = [{ url: "http://192.0.2.1/" }];
  return resolvePlan({ targets, load, duration: "10s", timeout: "3s", ...rest });
}

export const S = SECOND_NS;
