/** A fleet within this process: its broker is in memory, its agents have workers of their own. */
import { realClock } from "@nightjar/core/run/clock.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { Agent } from "@nightjar/fleet/agent/agent.ts";
import { LEASE } from "@nightjar/fleet/limits.ts";
import { MemoryBroker } from "@nightjar/fleet/memory/broker.ts";
import { FLEET_PROTOCOL } from "@nightjar/fleet/messages.ts";
import { watchThrottling } from "@nightjar/host/cgroup.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { Venue } from "../venue.ts";
import { armsOf } from "./arms.ts";
import { venueOn } from "./fleet-venue.ts";

/** Nobody is left when `use` has ended. */
export async function withFleetHere<T>(
  count: number,
  use: (venue: Venue) => Promise<T>,
): Promise<T> {
  const clock = realClock(monotonicNs);
  const broker = new MemoryBroker(clock);
  const arms = await armsOf({
    clock,
    admission: { targets: [], maxRatePerS: null },
    onLoss: () => {},
  });
  const { host, cores, cpuQuota, memoryMb } = watchEnvironment()();
  const machine = { host, cores, cpuQuota, memoryMb, maxRatePerS: null, labels: {} };
  const throttled = watchThrottling();
  const throttledMs = () => throttled()?.ms ?? null;
  const agents = Array.from({ length: count }, (_, at) => {
    const who = { id: `agent${at}`, name: `agent-${at + 1}` };
    const facts = { ...who, protocol: FLEET_PROTOCOL, version: VERSION, ...machine };
    return new Agent({ bus: broker.connect(), clock, facts, arms, throttledMs });
  });
  const { defaultNs: leaseNs, defaultOrphanNs: orphanNs } = LEASE;
  const terms = { demands: [{ count }], lostAgent: "degrade", leaseNs, orphanNs } as const;
  try {
    return await use(venueOn(broker.connect(), terms, host));
  } finally {
    for (const agent of agents) agent.leave("the run is over");
    await Promise.all(agents.map((agent) => agent.gone));
  }
}
