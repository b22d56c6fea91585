/** Stage: a few simulated children behind links, and a run of them that a test can lead by hand. */

import type { Plan } from "../plan/plan.ts";
import { type EnsembleOptions, ensemble } from "../run/ensemble.ts";
import type { Link } from "../run/link.ts";
import type { Ended, LoadGenerator, Order, Run, RunEvent } from "../run/load-generator.ts";
import { memoryLink, type Transport } from "../run/memory-link.ts";
import { remote, serve } from "../run/remote.ts";
import { wholeShare } from "../schedule/share.ts";
import { type ChildScript, SIMULATED, type SimulatedRun, simulatedChild } from "./child.ts";
import { VirtualClock } from "./virtual-clock.ts";

const direct: Transport = (message, deliver) => deliver(message);

export interface StagedLink {
  readonly toChild?: Transport;
  readonly toParent?: Transport;
}

export class Stage {
  readonly clock = new VirtualClock();
  readonly runs: SimulatedRun[] = [];
  readonly links: Link[] = [];
  /** Of all runs that were collected, in order. */
  readonly events: RunEvent[] = [];

  constructor(
    readonly plan: Plan,
    private readonly settle: () => Promise<void>,
  ) {}

  /** A simulated child behind a link. */
  child(script: Partial<ChildScript> = {}, link: StagedLink = {}): LoadGenerator {
    return this.behind(simulatedChild({ clock: this.clock, ...script }, this.runs), link);
  }

  behind(generator: LoadGenerator, { toChild = direct, toParent = direct }: StagedLink = {}) {
    const [near, far] = memoryLink(toChild, toParent);
    this.links.push(near);
    void serve(generator, far);
    return remote(SIMULATED, near);
  }

  ensemble(
    children: readonly LoadGenerator[],
    options: Partial<EnsembleOptions> = {},
  ): LoadGenerator {
    return ensemble(children, { clock: this.clock, lostChild: "degrade", ...options });
  }

  order(): Order {
    const { plan } = this;
    const share = wholeShare(plan.load.connections);
    return { plan, share, runId: "r", child: "", incarnation: 0, from: 0, assets: {} };
  }

  prepare(generator: LoadGenerator, signal = new AbortController().signal): Promise<Run> {
    return generator.prepare(this.order(), signal);
  }

  /** Collects the events of a run. */
  listen(run: Run): Run {
    void (async () => {
      for await (const event of run.events) this.events.push(event);
    })();
    return run;
  }

  /** Does `then` at a time of the clock. */
  at(ns: number, then: () => void): void {
    this.clock.after(ns - this.clock.nowNs(), then);
  }

  /** Lets everything happen that will. */
  play(): Promise<void> {
    return this.clock.run(this.settle);
  }

  /** Prepares, starts at once and plays to the end, with things to do on the way. */
  async perform(generator: LoadGenerator, during: (run: Run) => void = () => {}): Promise<Ended> {
    void this.prepare(generator).then((run) => {
      this.listen(run).start(this.clock.nowNs());
      during(run);
    });
    await this.play();
    return this.ended();
  }

  ended(): Ended {
    const last = this.events.at(-1);
    if (last?.type !== "ended") throw new Error(`the run has not ended: ${last?.type}`);
    return last;
  }
}
