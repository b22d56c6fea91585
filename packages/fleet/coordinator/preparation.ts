/**
 * Preparation: the phases before anything is sent. All agents are ready and their clocks known, or
 * nothing is left behind.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { redactPlan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { Environment } from "@nightjar/core/record/environment.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import type { ChildSpec } from "@nightjar/core/run/ledger.ts";
import type { Run } from "@nightjar/core/run/load-generator.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { type Bus, BusError } from "../bus.ts";
import { WAIT } from "../limits.ts";
import { FLEET_PROTOCOL } from "../messages.ts";
import type { Head } from "../record.ts";
import { Course, type Phase } from "./course.ts";
import { type FleetOrder, refuseUnsendable } from "./fleet-order.ts";
import { type FleetListener, FleetRun } from "./fleet-run.ts";
import { Member } from "./member.ts";
import { Muster } from "./muster.ts";
import { type Claimed, place } from "./placement.ts";
import { insist, removeStream } from "./run-log.ts";
import { openStream, streamBytesFor, sweepStreams } from "./streams.ts";
import { weightsOf } from "./weights.ts";

export interface FleetOptions extends FleetListener {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Aborted while it is being prepared: cancels it. */
  readonly signal: AbortSignal;
  /** In [0, 1), by which coordinators that meet wait for different times. */
  readonly draw: () => number;
  /** Of this machine, from now to the end. */
  readonly environment: () => Environment;
  /** The time of day, for people. */
  readonly wallTime: () => string;
  /** What the stream may hold; default: what the plan may need. */
  readonly streamBytes?: number;
  /** Told of each phase as it begins. */
  readonly entered?: (phase: Phase) => void;
}

/** Rejects with a `NightjarError`, and leaves nothing behind. */
export async function prepareFleet(order: FleetOrder, options: FleetOptions): Promise<FleetRun> {
  refuseUnsendable(order);
  const preparation = new Preparation(order, options);
  try {
    return await preparation.prepare();
  } catch (error) {
    await preparation.abandon(error);
    throw error;
  }
}

class Preparation {
  private readonly aborter = new AbortController();
  private readonly course: Course;
  private muster: Muster | undefined;
  private run: FleetRun | undefined;
  private hasStream = false;

  constructor(
    private readonly order: FleetOrder,
    private readonly options: FleetOptions,
  ) {
    this.course = new Course(options.entered);
    const { signal } = options;
    const abort = () => this.aborter.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }

  async prepare(): Promise<FleetRun> {
    await this.openStream();
    const muster = this.assemble(await this.placed());
    this.course.give("done");
    const { run, specs } = await this.ready(muster);
    this.course.give("done");
    await muster.measureClocks(this.order.plan.maxClockError);
    this.failIfAborted();
    const fleetRun = this.run as FleetRun;
    fleetRun.lead(run, this.headOf(specs, run));
    return fleetRun;
  }

  async abandon(error: unknown): Promise<void> {
    this.course.give("stop");
    const reason = error instanceof Error ? error.message : String(error);
    await this.run?.abandon(reason);
    await this.muster?.release(reason);
    if (!this.hasStream) return;
    await removeStream(this.options, this.order.runId);
  }

  private async openStream(): Promise<void> {
    const { bus, streamBytes } = this.options;
    const { runId, plan, demands, streamReplicas } = this.order;
    const agents = demands.reduce((sum, { count }) => sum + count, 0);
    const bytes = streamBytes ?? streamBytesFor(plan, agents);
    await sweepStreams(bus);
    // That it was made may not have been heard.
    this.hasStream = true;
    try {
      const create = () => openStream(bus, runId, bytes, streamReplicas);
      await insist(this.options.clock, create, WAIT.streamNs);
    } catch (error) {
      throw error instanceof BusError ? unopened(error) : error;
    }
  }

  private async placed(): Promise<Claimed[]> {
    const { bus, clock, draw } = this.options;
    const { runId, coordinator, lostAgent, leaseNs, orphanNs, plan, demands } = this.order;
    const { generator } = plan;
    const claim = { runId, coordinator, lostAgent, leaseNs, orphanNs, generator };
    return place({ bus, clock, demands, claim, signal: this.aborter.signal, draw });
  }

  private assemble(claimed: readonly Claimed[]): Muster {
    const { bus, clock } = this.options;
    const { runId, leaseNs } = this.order;
    const lost = (member: Member, reason: string) => this.run?.memberLost(member, reason);
    const unfit = ({ child }: Member, reason: string) => this.run?.sicken(child, reason);
    const options = { bus, clock, runId, leaseNs, lost, unfit };
    const members = claimed.map(
      ({ child, facts, capabilities, attempt }, at) =>
        new Member(child, facts, capabilities, {
          ...{ ...options, attempt },
          turn: (at + 1) / claimed.length,
        }),
    );
    this.muster = new Muster(members, clock);
    this.run = new FleetRun(this.order, this.options, this.muster, this.course);
    return this.muster;
  }

  private async ready({ members }: Muster): Promise<{ run: Run; specs: readonly ChildSpec[] }> {
    const { clock } = this.options;
    const { plan, assets, runId, lostAgent } = this.order;
    let specs: readonly ChildSpec[] = [];
    const generator = ensemble(
      members.map((member) => member.generator()),
      {
        clock,
        lostChild: lostAgent,
        weights: weightsOf(plan, members),
        // Whether an agent is there is for its member to say.
        silenceNs: WAIT.foreverNs,
        called: (child) => `agent ${members[Number(child)].facts.name}`,
        placed: (placed) => {
          specs = placed;
        },
      },
    );
    const share = wholeShare(plan.load.connections);
    const order = { plan, share, runId, child: "", incarnation: 0, from: 0, assets };
    const cancelLimit = clock.after(WAIT.readyNs, () => this.aborter.abort("not ready in time"));
    try {
      const run = await generator.prepare(order, this.aborter.signal);
      return { run, specs };
    } finally {
      cancelLimit();
    }
  }

  private failIfAborted(): void {
    const { signal } = this.aborter;
    if (signal.aborted) throw new NightjarError("prepare-failed", `cancelled: ${signal.reason}`);
  }

  private headOf(specs: readonly ChildSpec[], run: Run): Omit<Head, "startedAt"> {
    const { plan, runId, coordinator, lostAgent, leaseNs } = this.order;
    const { members } = this.muster as Muster;
    return {
      type: "head",
      protocol: FLEET_PROTOCOL,
      version: VERSION,
      ...{ runId, coordinator, lostAgent, leaseNs },
      // Resolved anew as whoever collects the run does, key by key in the same order.
      plan: resolvePlan(redactPlan(plan)),
      generator: members[0].capabilities,
      lookupNs: run.ready.lookupNs,
      environment: this.options.environment(),
      children: specs.map((spec) => {
        const { facts: agent, startClock: clock } = members[Number(spec.id)];
        return { spec, agent, clock };
      }),
    };
  }
}

function unopened({ fault, message }: BusError): NightjarError {
  const sentence = `the broker opens no stream: ${message}`;
  return fault === "too few servers"
    ? new NightjarError(
        "refused",
        sentence,
        "without --stream-replicas there are as many as can be",
      )
    : new NightjarError("prepare-failed", sentence);
}
