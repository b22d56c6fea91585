/** The engine: a LoadGenerator that sends load from this process. */

import { NightjarError } from "@nightjar/core/errors.ts";
import { parseChecks } from "@nightjar/core/plan/check.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import {
  type Capabilities,
  MEASURED_COLUMNS,
  TOLD_COUNTS,
} from "@nightjar/core/run/capabilities.ts";
import { Channel } from "@nightjar/core/run/channel.ts";
import { FEATURES } from "@nightjar/core/run/feature.ts";
import type {
  LoadGenerator,
  Order,
  Ready,
  Run,
  RunEvent,
} from "@nightjar/core/run/load-generator.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { connectionsOf, portionOf } from "@nightjar/core/schedule/share.ts";
import { targetChooser } from "@nightjar/core/schedule/target-choice.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { monotonicOffsetNs } from "@nightjar/host/monotonic.ts";
import { Driver } from "./driver.ts";
import type { DriverSettings } from "./driver-settings.ts";
import { demandOpenFiles } from "./open-files.ts";
import { http1Slots } from "./protocols/http1/http1-slots.ts";
import { recorderShape } from "./recorder.ts";
import { rehearse } from "./rehearsal.ts";
import { findRoutes, type Routes } from "./routes.ts";
import type { Slot, SlotEvents } from "./slot.ts";
import { processUsage } from "./usage.ts";

export const ENGINE_CAPABILITIES: Capabilities = {
  name: "nightjar",
  version: VERSION,
  protocols: ["http1"],
  models: ["open", "closed"],
  arrivals: ["constant", "poisson", "jitter", "burst"],
  features: FEATURES,
  exactCounts: true,
  start: "instant",
  live: true,
  bySecond: true,
  fidelity: "histogram",
  latency: "response",
  columns: MEASURED_COLUMNS,
  tells: TOLD_COUNTS,
};

export interface EngineOptions {
  readonly spin: boolean;
  /** Put between slots and driver, to see the stamps: for tests. */
  readonly tap?: (events: SlotEvents, t0Ns: () => number) => SlotEvents;
}

export function engine(options: EngineOptions): LoadGenerator {
  return {
    capabilities: ENGINE_CAPABILITIES,
    prepare: (order, signal) => prepare(order, signal, options),
  };
}

async function prepare(order: Order, signal: AbortSignal, options: EngineOptions): Promise<Run> {
  const routes = await findRoutes(order);
  demandOpenFiles(connectionsOf(order.share), routes.rings.length);
  if (signal.aborted)
    throw new NightjarError("prepare-failed", `cancelled: ${String(signal.reason)}`);
  rehearse(order.plan);
  return new EngineRun(order, options, http1Slots(order, routes), routes);
}

function settingsOf(order: Order, options: EngineOptions): DriverSettings {
  const { plan, share, limits = [], details } = order;
  return {
    child: order.child,
    incarnation: order.incarnation,
    from: order.from,
    closed: plan.load.model === "closed",
    endsWithSchedule: plan.load.requests !== undefined,
    ...timing(plan),
    maxBacklog: portionOf(plan.load.maxBacklog, share),
    spin: options.spin,
    reuse: plan.connection.reuse,
    prefetch: plan.connection.prefetch,
    ...(limits.length > 0 || details ? { watch: { limits, details } } : {}),
    okStatus: parseChecks(plan.checks).okStatus,
    shape: recorderShape(plan),
    targetOf: targetChooser(plan.targets, plan.seed),
  };
}

class EngineRun implements Run {
  readonly events = new Channel<RunEvent>();
  readonly ready: Ready;
  private readonly driver: Driver;
  private t0Ns = 0;

  constructor(order: Order, options: EngineOptions, slots: readonly Slot[], routes: Routes) {
    const { addresses, lookupNs } = routes;
    this.ready = { workers: 1, addresses, lookupNs, pid: process.pid };
    const settings = settingsOf(order, options);
    const cursor = schedule(order.plan, order.share);
    this.driver = new Driver(settings, cursor, slots, processUsage(), (event) => {
      this.events.push(event);
      if (event.type === "ended") this.events.end();
    });
    if (options.tap) {
      for (const slot of slots) slot.events = options.tap(slot.events, () => this.t0Ns);
    }
  }

  start(t0Ns: number): void {
    this.t0Ns = t0Ns;
    this.driver.start((t0Ns - monotonicOffsetNs) / 1e6);
  }

  stop(reason: string): void {
    this.driver.stop(reason);
  }
}
