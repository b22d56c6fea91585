/**
 * Fleet: simulated workers behind links that delay, repeat and break, as one ensemble or as one of
 * agents.
 */
import type { Clock } from "../run/clock.ts";
import type { ChildSpec } from "../run/collector.ts";
import { type EnsembleOptions, ensemble } from "../run/ensemble.ts";
import { RunFold } from "../run/fold.ts";
import type { Message } from "../run/link.ts";
import type { LoadGenerator, RunEvent } from "../run/load-generator.ts";
import { memoryLink, type Transport } from "../run/memory-link.ts";
import { remote, serve } from "../run/remote.ts";
import { wholeShare } from "../schedule/share.ts";
import { SIMULATED, type SimulatedRun, simulatedChild } from "./child.ts";
import { deliveriesOf, type Scenario } from "./scenario.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface LinkReport {
  /** Intervals whose snapshot came before the link broke. */
  readonly arrived: Set<number>;
  /** ns after T0; infinite: it held. */
  brokenNs: number;
  /** How many intervals it had, once its own word on that has come. */
  owed: number | undefined;
}

export interface FleetReport {
  readonly scenario: Scenario;
  /** What the top of the fleet said. */
  readonly events: readonly RunEvent[];
  /** Over the events of the top's children. */
  readonly fold: RunFold;
  /** Over the top's own events. */
  readonly mergedFold: RunFold;
  readonly runs: readonly SimulatedRun[];
  readonly workerLinks: readonly LinkReport[];
  readonly agentLinks: readonly LinkReport[];
}

const T0_NS = 1e9;

class Fleet {
  readonly clock = new VirtualClock();
  readonly runs: SimulatedRun[] = [];
  readonly workerLinks: LinkReport[] = [];
  readonly agentLinks: LinkReport[] = [];

  constructor(readonly scenario: Scenario) {}

  /** `generator` at the other end of a link that breaks at `crashNs` after T0. */
  behindLink(
    generator: LoadGenerator,
    number: number,
    crashNs: number,
  ): [LoadGenerator, LinkReport] {
    const report: LinkReport = {
      arrived: new Set(),
      brokenNs: Number.POSITIVE_INFINITY,
      owed: undefined,
    };
    const [near, far] = memoryLink(twice(this.clock), this.unreliable(number, report));
    void serve(generator, far);
    if (crashNs !== Number.POSITIVE_INFINITY) {
      this.clock.after(T0_NS + crashNs, () => {
        report.brokenNs = crashNs;
        near.close("the link broke");
      });
    }
    return [remote(SIMULATED, near), report];
  }

  private unreliable(number: number, report: LinkReport): Transport {
    let sent = 0;
    return (message, deliver) => {
      if (message.type !== "event") return deliver(message);
      const arrive = () => {
        if (report.brokenNs !== Number.POSITIVE_INFINITY) return;
        if (message.event.type === "snapshot") report.arrived.add(message.event.interval);
        if (message.event.type === "ended") report.owed = message.event.intervals ?? 0;
        deliver(message);
      };
      for (const delayNs of deliveriesOf(this.scenario, number, sent++))
        this.clock.after(delayNs, arrive);
    };
  }

  worker(index: number): LoadGenerator {
    const child = simulatedChild({ clock: this.clock, prepareNs: (index % 7) * 1e6 }, this.runs);
    const [near, report] = this.behindLink(child, index, this.scenario.workerCrashNs[index]);
    this.workerLinks.push(report);
    return near;
  }

  agent(index: number, options: EnsembleOptions): LoadGenerator {
    const { workersPerAgent, agentCrashNs } = this.scenario;
    const first = index * workersPerAgent;
    const workers = Array.from({ length: workersPerAgent }, (_, at) => this.worker(first + at));
    const [near, report] = this.behindLink(
      ensemble(workers, options),
      100 + index,
      agentCrashNs[index],
    );
    this.agentLinks.push(report);
    return near;
  }

  top(options: EnsembleOptions, inner: EnsembleOptions): LoadGenerator {
    const { agents, workersPerAgent } = this.scenario;
    const children =
      agents === 1
        ? Array.from({ length: workersPerAgent }, (_, index) => this.worker(index))
        : Array.from({ length: agents }, (_, index) => this.agent(index, inner));
    return ensemble(children, options);
  }
}

/** What goes to a child goes twice, the second time late. */
function twice(clock: Clock): Transport {
  return (message: Message, deliver) => {
    deliver(message);
    clock.after(0.3e9, () => deliver(message));
  };
}

/** Runs it to its end. `settle`: see VirtualClock. */
export async function runFleet(
  scenario: Scenario,
  settle: () => Promise<void>,
): Promise<FleetReport> {
  const { plan, lostChild, stopNs } = scenario;
  const fleet = new Fleet(scenario);
  const { clock } = fleet;
  let fold: RunFold | undefined;
  const inner: EnsembleOptions = { clock, lostChild };
  const placed = (specs: readonly ChildSpec[]) => {
    fold = new RunFold(plan, specs);
  };
  const generator = fleet.top({ ...inner, placed, observe: (event) => fold?.apply(event) }, inner);
  const share = wholeShare(plan.load.connections);
  const order = { plan, share, runId: "r", child: "", incarnation: 0, from: 0, assets: {} };
  const events: RunEvent[] = [];
  const ended = (async () => {
    const run = await generator.prepare(order, new AbortController().signal);
    run.start(T0_NS);
    if (stopNs !== Number.POSITIVE_INFINITY)
      clock.after(T0_NS + stopNs - clock.nowNs(), () => run.stop("asked"));
    for await (const event of run.events) events.push(event);
    return "ended";
  })();
  await clock.run(settle);
  const state = await Promise.race([ended, Promise.resolve("still running")]);
  if (state !== "ended") throw new Error("nothing is left to happen, and the run has not ended");
  const mergedFold = new RunFold(plan, [{ id: "", share, workers: 50 }]);
  for (const event of events) mergedFold.apply(event);
  const { runs, workerLinks, agentLinks } = fleet;
  return { scenario, events, fold: fold!, mergedFold, runs, workerLinks, agentLinks };
}
