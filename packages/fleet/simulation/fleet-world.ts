/**
 * FleetWorld: a scenario, played by the real coordinator and the real agents over a broker in
 * memory, in virtual time. What the agents have sent is kept in the books of their simulated
 * children, apart from anything that they say.
 */
import type { Result } from "@nightjar/core/result/result.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { LoadGenerator, Order } from "@nightjar/core/run/load-generator.ts";
import { type SimulatedRun, simulatedChild } from "@nightjar/core/simulation/child.ts";
import type { FleetOrder } from "../coordinator/fleet-order.ts";
import type { FleetRun } from "../coordinator/fleet-run.ts";
import { collect } from "../fold/collect.ts";
import type { FleetFold } from "../fold/fleet-fold.ts";
import { AS_IT_IS, FleetStage, planFor, S, type StagedCoordinator } from "./fleet-stage.ts";
import type { Fault, FleetScenario, Party } from "./scenario.ts";

/** What one agent has done for one run. */
export interface Part {
  readonly agent: number;
  readonly order: Order;
  readonly run: SimulatedRun;
  readonly preparedNs: number;
  /** On the agent's clock; `undefined`: it was never started. */
  t0Ns: number | undefined;
  /** It heard of it so long after T0. */
  lateNs: number;
}

/** One run, as it went; times are of the true clock. */
export interface RunReport {
  readonly order: FleetOrder;
  readonly coordinator: StagedCoordinator;
  readonly beganNs: number;
  own: Result | undefined;
  refusal: unknown;
  /** When `own` or `refusal` came. */
  endedNs: number | undefined;
  killedNs: number;
  /** When a person first wanted the end. */
  askedNs: number;
  /** When a person had wanted it for the third time. */
  insistedNs: number;
  collected: (Collected | string)[];
}

export interface Collected {
  readonly fold: FleetFold;
  readonly result: Result;
}

export interface FleetReport {
  readonly scenario: FleetScenario;
  readonly stage: FleetStage;
  readonly parts: readonly Part[];
  readonly runs: readonly RunReport[];
  /** By agent; infinite: it lived. */
  readonly diedNs: readonly number[];
  /** At the end. */
  readonly states: readonly string[];
  readonly streams: readonly string[];
}

/** Long enough for who keeps what nobody takes, and for what comes again minutes later. */
const END_NS = 240 * S;
const RIVAL_PLAN = planFor({ rate: 20, connections: 10 }, { duration: "2s" });

export async function playFleet(
  scenario: FleetScenario,
  settle: () => Promise<void>,
  endNs = END_NS,
): Promise<FleetReport> {
  const world = new FleetWorld(scenario, new FleetStage(settle));
  return world.play(endNs);
}

class FleetWorld {
  private readonly parts: Part[] = [];
  private readonly runs: RunReport[] = [];
  private readonly diedNs: number[];
  private main: { report: RunReport; run: FleetRun | undefined; aborter: AbortController };
  private states: string[] = [];
  private streams: string[] = [];

  constructor(
    private readonly scenario: FleetScenario,
    private readonly stage: FleetStage,
  ) {
    this.diedNs = scenario.agents.map(() => Number.POSITIVE_INFINITY);
    for (const [at, party] of scenario.agents.entries()) this.addAgent(at, party);
    this.main = this.begin(this.mainOrder(), scenario.coordinator);
    if (scenario.rivalNs !== undefined) stage.at(scenario.rivalNs, () => this.rival());
    for (const fault of scenario.faults) stage.at(fault.atNs, () => this.strike(fault));
  }

  async play(endNs: number): Promise<FleetReport> {
    const { stage, scenario, parts, runs, diedNs } = this;
    stage.at(endNs - 4 * S, () => void this.collectAll());
    stage.at(endNs - 4 * S, () => void this.collectAll());
    stage.at(endNs - S, () => {
      this.states = stage.agents.map(({ agent }) => agent.state.is);
    });
    await stage.play(endNs);
    const { states, streams } = this;
    return { scenario, stage, parts, runs, diedNs, states, streams };
  }

  private addAgent(agent: number, { weather, drift, outboxBytes }: Party): void {
    this.stage.addAgent({
      ...{ weather, drift, outboxBytes },
      generator: (clock) => this.bookkept(agent, clock),
    });
  }

  private bookkept(agent: number, clock: Clock): LoadGenerator {
    const child = simulatedChild({ clock, prepareNs: (agent % 3) * 40e6 });
    return {
      capabilities: child.capabilities,
      prepare: async (order, signal) => {
        const run = (await child.prepare(order, signal)) as SimulatedRun;
        const preparedNs = this.stage.clock.nowNs();
        const part: Part = { agent, order, run, preparedNs, t0Ns: undefined, lateNs: 0 };
        const start = run.start.bind(run);
        run.start = (t0Ns) => {
          part.t0Ns = t0Ns;
          part.lateNs = Math.max(0, clock.nowNs() - t0Ns);
          start(t0Ns);
        };
        this.parts.push(part);
        return run;
      },
    };
  }

  private mainOrder(): FleetOrder {
    const { plan, agents, policy: lostAgent, leaseNs, orphanNs } = this.scenario;
    const demands = [{ count: agents.length }];
    return this.stage.order(plan, demands, { lostAgent, leaseNs, orphanNs });
  }

  private rival(): void {
    const demands = [{ count: this.scenario.agents.length }];
    this.begin(this.stage.order(RIVAL_PLAN, demands), this.scenario.coordinator);
  }

  private begin(order: FleetOrder, weather: FleetScenario["coordinator"]) {
    const { stage } = this;
    const never = Number.POSITIVE_INFINITY;
    const coordinator = stage.coordinator({ ...weather, seed: weather.seed + this.runs.length });
    const report: RunReport = {
      ...{ order, coordinator, beganNs: stage.clock.nowNs(), collected: [] },
      ...{ own: undefined, refusal: undefined, endedNs: undefined },
      ...{ killedNs: never, askedNs: never, insistedNs: never },
    };
    this.runs.push(report);
    const led = { report, run: undefined as FleetRun | undefined, aborter: new AbortController() };
    void this.lead(led);
    return led;
  }

  private async lead(led: FleetWorld["main"]): Promise<void> {
    const { report, aborter } = led;
    const { streamBytes, seed } = this.scenario;
    let drawn = 0;
    try {
      led.run = await this.stage.prepare(report.order, {
        ...report.coordinator,
        signal: aborter.signal,
        draw: () => ((seed * 7 + 13 * drawn++) % 29) / 29,
        ...(streamBytes === undefined ? {} : { streamBytes }),
      });
      report.own = await led.run.measure(() => {}, AS_IT_IS);
    } catch (error) {
      report.refusal = error;
    }
    if (report.killedNs !== Number.POSITIVE_INFINITY) return;
    report.endedNs = this.stage.clock.nowNs();
  }

  private strike(fault: Fault): void {
    const { stage, main } = this;
    const { forNs, times } = fault;
    const agent = stage.agents[fault.agent];
    const { connection } = fault.kind.endsWith("coordinator")
      ? main.report.coordinator.bus
      : agent.bus;
    const isDead = this.diedNs[fault.agent] < Number.POSITIVE_INFINITY;
    const heals = forNs < Number.POSITIVE_INFINITY;
    if (fault.kind === "restart broker") stage.broker.restart(forNs);
    else if (fault.kind === "interrupt") this.repeat(times, (nth) => this.interrupt(nth));
    else if (fault.kind === "kill coordinator") this.killCoordinator();
    else if (fault.kind === "cut coordinator") {
      if (main.report.killedNs < Number.POSITIVE_INFINITY) return;
      connection.cut();
      if (heals) stage.clock.after(forNs, () => this.healCoordinator());
    } else if (isDead) return;
    else if (fault.kind === "kill agent") this.killAgent(fault.agent);
    else if (fault.kind === "leave agent") {
      this.repeat(times, () => {
        if (this.diedNs[fault.agent] === Number.POSITIVE_INFINITY) agent.agent.leave("SIGTERM");
      });
    } else if (fault.kind === "stall agent") connection.stall(forNs);
    else {
      if (fault.kind === "cut agent") connection.cut();
      else connection.silence(Math.min(forNs, 4 * S));
      if (heals) stage.clock.after(forNs, () => this.healAgent(fault.agent));
    }
  }

  private repeat(times: number, then: (nth: number) => void): void {
    for (let nth = 1; nth <= times; nth++) {
      this.stage.clock.after((nth - 1) * 0.25 * S, () => then(nth));
    }
  }

  private healAgent(agent: number): void {
    if (this.diedNs[agent] === Number.POSITIVE_INFINITY)
      this.stage.agents[agent].bus.connection.heal();
  }

  private healCoordinator(): void {
    const { report } = this.main;
    if (report.killedNs === Number.POSITIVE_INFINITY) report.coordinator.bus.connection.heal();
  }

  private interrupt(nth: number): void {
    const { report, run, aborter } = this.main;
    if (report.killedNs < Number.POSITIVE_INFINITY || report.endedNs !== undefined) return;
    const nowNs = this.stage.clock.nowNs();
    report.askedNs = Math.min(report.askedNs, nowNs);
    if (nth === 3) report.insistedNs = Math.min(report.insistedNs, nowNs);
    if (run) run.interrupt("SIGINT");
    else aborter.abort("SIGINT");
  }

  private killCoordinator(): void {
    const { report } = this.main;
    if (report.endedNs !== undefined) return;
    report.killedNs = Math.min(report.killedNs, this.stage.clock.nowNs());
    report.coordinator.kill();
  }

  /** Its books go to the moment of its death. */
  private killAgent(agent: number): void {
    const { clock, kill } = this.stage.agents[agent];
    for (const { run, t0Ns } of this.parts.filter((part) => part.agent === agent)) {
      if (t0Ns !== undefined && !run.hasEnded) run.life.advance(clock.nowNs() - t0Ns);
    }
    this.diedNs[agent] = this.stage.clock.nowNs();
    kill();
  }

  private async collectAll(): Promise<void> {
    const bus = this.stage.broker.connect();
    this.streams = await bus.streams("");
    for (const report of this.runs) {
      try {
        const fold = await collect(bus, report.order.runId);
        report.collected.push({ fold, result: fold.result(AS_IT_IS) });
      } catch (error) {
        report.collected.push(String(error));
      }
    }
  }
}
