/**
 * Many agents in one process, each with a connection of its own: `bun fleet-agents.ts SETTINGS`,
 * which is JSON. They are real, and their load generators are not: each second of a run they have a
 * synthetic snapshot, packed before, which goes by an outbox of its own. Says `ready` when all wait
 * for runs; ends on SIGTERM.
 */

import { Channel } from "@nightjar/core/run/channel.ts";
import { type Clock, realClock } from "@nightjar/core/run/clock.ts";
import { encodePacked } from "@nightjar/core/run/codec.ts";
import type { LoadGenerator, Order, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { SIMULATED } from "@nightjar/core/simulation/child.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { Agent } from "@nightjar/fleet/agent/agent.ts";
import type { Bus } from "@nightjar/fleet/bus.ts";
import { Outbox } from "@nightjar/fleet/link/outbox.ts";
import { FLEET_PROTOCOL } from "@nightjar/fleet/messages.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { upSubject } from "@nightjar/fleet/subjects.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { StampedSnapshot, type SyntheticLoad, syntheticSnapshot } from "./synthetic-snapshots.ts";

export interface FleetAgentsSettings {
  readonly nats: string;
  /** Number of the first; the others count on. In a run the children have the same numbers. */
  readonly from: number;
  readonly agents: number;
  readonly seconds: number;
  readonly load: SyntheticLoad;
}

const SECOND_NS = 1e9;
/** Contents to choose from: more would only take longer to make. */
const CONTENTS = 20;
/** So many connect at once. */
const TOGETHER = 50;
const DIGITS = 5;

/** What one agent has for one run. */
class SyntheticRun implements Run {
  readonly ready = { workers: 1, addresses: ["192.0.2.1"], lookupNs: 0 };
  readonly events = new Channel<RunEvent>();
  private interval = 0;
  private hasEnded = false;
  private cancel = () => {};
  private readonly name: Pick<RunEvent, "child" | "incarnation">;

  constructor(
    { child, incarnation }: Order,
    private readonly clock: Clock,
    private readonly seconds: number,
    private readonly outbox: Outbox,
    private readonly snapshot: StampedSnapshot,
  ) {
    this.name = { child, incarnation };
  }

  start(t0Ns: number): void {
    this.cancel = this.clock.after(t0Ns - this.clock.nowNs(), () => {
      this.events.push({ type: "started", ...this.name, latenessNs: 0 });
      this.awaitEnd(t0Ns);
    });
  }

  stop(reason: string): void {
    this.cancel();
    this.end("stopped", reason);
  }

  /** Of the interval. */
  private awaitEnd(t0Ns: number): void {
    const endNs = t0Ns + (this.interval + 1) * SECOND_NS;
    this.cancel = this.clock.after(endNs - this.clock.nowNs(), () => {
      const writtenUs = Math.round(this.clock.nowNs() / 1000);
      this.outbox.put(this.snapshot.of(this.interval++, writtenUs), true);
      if (this.interval < this.seconds) this.awaitEnd(t0Ns);
      else this.end("done", "");
    });
  }

  private end(outcome: "done" | "stopped", reason: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { interval: intervals } = this;
    const untilNs = intervals * SECOND_NS;
    this.events.push({ type: "ended", ...this.name, outcome, reason, intervals, untilNs });
    this.events.end();
  }
}

const settings = JSON.parse(process.argv[2]) as FleetAgentsSettings;
const clock: Clock = realClock(monotonicNs);
const contents = Array.from({ length: Math.min(CONTENTS, settings.agents) }, (_, seed) =>
  syntheticSnapshot(settings.load, seed, ""),
);

function generatorOf(child: string, agent: string, bus: Bus): LoadGenerator {
  // Before the run: on machines of their own they would have all day.
  const content = contents[Number(child) % contents.length];
  const snapshot = new StampedSnapshot({ ...content, child }, encodePacked);
  return {
    capabilities: SIMULATED,
    async prepare(order) {
      if (order.child !== child) throw new Error(`child ${order.child} is not ${child}`);
      const subject = upSubject(order.runId, child);
      const outbox = new Outbox({ bus, clock, subject, sender: `${agent}.synthetic` });
      return new SyntheticRun(order, clock, settings.seconds, outbox, snapshot);
    },
  };
}

async function startAgent(number: number): Promise<void> {
  // They are claimed in the order of their names.
  const name = `a${String(number).padStart(DIGITS, "0")}`;
  const id = `${name}-${process.pid}`;
  const bus = await connectNats({ servers: settings.nats, name });
  const facts = {
    ...{ id, name, protocol: FLEET_PROTOCOL, version: VERSION, labels: {}, host: "here" },
    ...{ cores: 4, cpuQuota: null, memoryMb: 8192, maxRatePerS: null },
  };
  const generator = generatorOf(String(number), id, bus);
  new Agent({ bus, clock, facts, arms: { nightjar: { capabilities: SIMULATED, generator } } });
}

const numbers = Array.from({ length: settings.agents }, (_, at) => settings.from + at);
while (numbers.length > 0) await Promise.all(numbers.splice(0, TOGETHER).map(startAgent));
process.on("SIGTERM", () => process.exit(0));
console.log("ready");
