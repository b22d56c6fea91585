/** The agents of a fleet as the venue of a run: this machine coordinates, and sends nothing. */
import { randomUUID } from "node:crypto";
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import type { Bus } from "@nightjar/fleet/bus.ts";
import type { FleetRun } from "@nightjar/fleet/coordinator/fleet-run.ts";
import type { Member } from "@nightjar/fleet/coordinator/member.ts";
import { prepareFleet } from "@nightjar/fleet/coordinator/preparation.ts";
import { WAIT } from "@nightjar/fleet/limits.ts";
import { shownServers } from "@nightjar/fleet/nats/access.ts";
import { streamName } from "@nightjar/fleet/subjects.ts";
import type { RunStart } from "@nightjar/formats/jsonl/jsonl.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { judgeGenerator } from "../crew.ts";
import type { WatchedAgent } from "../live/agents-watch.ts";
import { ACCESS_OPTIONS, FLEET_OPTION, NATS_OPTION } from "../options/fleet.ts";
import { keyOf } from "../options/row.ts";
import type { Flags } from "../plan-flags.ts";
import type { PlanInput } from "../plan-input.ts";
import type { Terminal } from "../terminal.ts";
import type { PreparedRun, Venue, Watchers } from "../venue.ts";
import { deflate } from "../zlib.ts";
import { withBroker } from "./broker.ts";
import { type FleetTerms, fleetTermsIn } from "./fleet-flags.ts";
import { natsAccessIn } from "./nats-flags.ts";

/** The one that the flags name. Throws `NightjarError`. */
export async function withFleet<T>(
  flags: Flags,
  terminal: Terminal,
  use: (venue: Venue) => Promise<T>,
): Promise<T> {
  const terms = fleetTermsIn(flags);
  const access = natsAccessIn(flags, FLEET_OPTION);
  const coordinator = coordinatorName();
  const note = (sentence: string) => terminal.note(sentence);
  const name = `run of ${coordinator}`;
  const servers = shownServers(access.servers).replaceAll(" ", "");
  const way = [`${NATS_OPTION.flag} ${shellWord(servers)}`, ...accessIn(flags)].join(" ");
  const farewell = ({ id }: Result) =>
    `run ${id}: printed again by\n  nightjar run collect ${id} ${way}`;
  return withBroker({ access, name, note, carriesOrders: true }, (bus) =>
    use({ ...venueOn(bus, terms, coordinator, true), farewell }),
  );
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As they were given: names of files, and no secrets. */
function accessIn(flags: Flags): string[] {
  return ACCESS_OPTIONS.flatMap((row) => {
    const value = flags[keyOf(row)] as string | undefined;
    return value === undefined ? [] : [`${row.flag} ${shellWord(value)}`];
  });
}

/** The agents at the other side of `bus`. `isKept`: its runs outlive this process. */
export function venueOn(bus: Bus, terms: FleetTerms, coordinator: string, isKept = false): Venue {
  return {
    async errandOf(input) {
      await judgeGenerator(input);
      const prepare = async (watchers: Watchers) => {
        const run = await prepareOn(bus, input, terms, coordinator, watchers);
        return new RunOnFleet(run, bus, isKept);
      };
      return { plan: input.plan, prepare };
    },
  };
}

async function prepareOn(
  bus: Bus,
  { plan, assets, located }: PlanInput,
  terms: FleetTerms,
  coordinator: string,
  { signal, ...told }: Watchers,
): Promise<FleetRun> {
  const order = { plan, assets, ...terms, coordinator, runId: randomUUID() };
  const environment = watchEnvironment();
  const wallTime = () => new Date().toISOString();
  const clock = realClock(monotonicNs);
  const surroundings = { bus, clock, signal, draw: Math.random, environment, wallTime };
  try {
    return await prepareFleet(order, { ...surroundings, ...told });
  } catch (error) {
    throw located(error);
  }
}

class RunOnFleet implements PreparedRun {
  readonly leadS = WAIT.startLeadNs / 1e9;
  private hasBegun = false;

  constructor(
    private readonly run: FleetRun,
    private readonly bus: Bus,
    private readonly isKept: boolean,
  ) {}

  get keptAs() {
    return this.isKept ? this.run.id : undefined;
  }

  get fold() {
    return this.run.fold;
  }

  get addresses() {
    return this.run.addresses;
  }

  get workers() {
    return this.run.workers;
  }

  agents = (): readonly WatchedAgent[] => {
    const nowNs = monotonicNs();
    return this.run.members.map((member) => {
      const { child, facts, isLost } = member;
      const clock = clockOf(member, nowNs);
      return { child, name: facts.name, isLost, isSick: this.run.sick.has(child), clock };
    });
  };

  measure(onStart: (start: RunStart) => void): Promise<Result> {
    const { id } = this.run;
    const begin = (startedAt: string) => {
      this.hasBegun = true;
      onStart({ id, startedAt });
    };
    return this.run.measure(begin, deflate);
  }

  interrupt(reason: string): void {
    this.run.interrupt(reason);
  }

  /** A run that has not begun leaves no stream. */
  async close(): Promise<void> {
    await this.run.close();
    if (!this.hasBegun) await this.bus.deleteStream(streamName(this.run.id)).catch(() => {});
  }
}

/** How far an agent's clock is now from where it was when T0 was told. */
function clockOf({ estimate, startClock }: Member, nowNs: number): WatchedAgent["clock"] {
  const reading = estimate.at(nowNs);
  if (reading === undefined) return null;
  const errorMs = Math.abs(reading.offsetNs - startClock.offsetNs) / MILLISECOND_NS;
  return { errorMs, boundMs: reading.boundNs / MILLISECOND_NS };
}

/** As people know it: whoever runs a container may have no name. */
function coordinatorName(): string {
  const { host } = watchEnvironment()();
  const user = process.env.USER ?? process.env.LOGNAME;
  return user === undefined ? host : `${user}@${host}`;
}
