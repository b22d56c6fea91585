/** The engine: a LoadGenerator that sends load from this process. */
import { Channel } from "@nightjar/core/channel.ts";
import { NightjarError } from "@nightjar/core/errors.ts";
import type {
  Capabilities,
  LoadGenerator,
  Order,
  Ready,
  Run,
  RunEvent,
} from "@nightjar/core/load-generator.ts";
import { timing } from "@nightjar/core/plan.ts";
import { schedule } from "@nightjar/core/schedule.ts";
import { connectionsOf, portionOf } from "@nightjar/core/share.ts";
import { targetChooser } from "@nightjar/core/target-choice.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { monotonicOffsetNs } from "@nightjar/host/monotonic.ts";
import { authoritiesOf } from "./authorities.ts";
import { Driver } from "./driver.ts";
import type { DriverSettings } from "./driver-settings.ts";
import { type Resolved, resolveName } from "./names.ts";
import { demandOpenFiles } from "./open-files.ts";
import { Http1Slot } from "./protocols/http1/connection.ts";
import { EndpointRing } from "./protocols/http1/endpoint-ring.ts";
import { makeRequest } from "./protocols/http1/request.ts";
import { recorderShape } from "./recorder.ts";
import { rehearse } from "./rehearsal.ts";
import type { Slot, SlotEvents } from "./slot.ts";
import type { Endpoint } from "./socket.ts";
import { processUsage } from "./usage.ts";

export const ENGINE_CAPABILITIES: Capabilities = {
  name: "nightjar",
  version: VERSION,
  protocols: ["http1"],
  models: ["open", "closed"],
  arrivals: ["constant", "poisson", "jitter", "burst"],
  start: "instant",
  fidelity: "histogram",
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
  const { plan } = order;
  demandOpenFiles(connectionsOf(order.share));
  const url = new URL(plan.targets[0].url);
  const { addresses, lookupNs } = await resolveName(url.hostname);
  if (signal.aborted)
    throw new NightjarError("prepare-failed", `cancelled: ${String(signal.reason)}`);
  rehearse();
  const endpoints = addresses.map((address) => endpointOf(order, url, address));
  return new EngineRun(order, options, slotsOf(order, endpoints), { addresses, lookupNs });
}

const ALPN_HTTP1 = new Uint8Array([8, ...Buffer.from("http/1.1")]);

function endpointOf({ plan, assets }: Order, url: URL, address: string): Endpoint {
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  if (!secure) return { address, port, tls: undefined };
  const { insecure, caCert, sni } = plan.tls;
  const ca = caCert === undefined ? undefined : authoritiesOf(assetOf(assets, caCert), caCert);
  return {
    address,
    port,
    tls: {
      rejectUnauthorized: !insecure,
      serverName: sni ?? url.hostname.replace(/^\[|\]$/g, ""),
      ALPNProtocols: ALPN_HTTP1,
      ...(ca === undefined ? {} : { ca }),
    },
  };
}

function assetOf(assets: Order["assets"], name: string): Uint8Array {
  const bytes = assets[name];
  if (!bytes)
    throw new NightjarError(
      "prepare-failed",
      `the file "${name}" of the plan did not come with it`,
    );
  return bytes;
}

function bodyOf({ plan, assets }: Order): Uint8Array {
  const { body, bodyFile } = plan.targets[0];
  if (bodyFile !== undefined) return assetOf(assets, bodyFile);
  return new TextEncoder().encode(body ?? "");
}

function slotsOf(order: Order, endpoints: readonly Endpoint[]): Slot[] {
  const { plan, share } = order;
  const request = makeRequest(plan.targets[0], bodyOf(order), plan.numberHeader);
  const settings = {
    endpoints: new EndpointRing(endpoints, share.from),
    request,
    head: plan.targets[0].method === "HEAD",
  };
  return Array.from({ length: connectionsOf(share) }, () => new Http1Slot(settings));
}

function settingsOf(order: Order, options: EngineOptions): DriverSettings {
  const { plan, share } = order;
  return {
    child: order.child,
    incarnation: order.incarnation,
    from: order.from,
    closed: plan.load.model === "closed",
    endsWithSchedule: plan.load.requests !== undefined,
    ...timing(plan),
    maxBacklog: portionOf(plan.load.maxBacklog, share),
    spin: options.spin,
    okStatus: OK_STATUS,
    shape: recorderShape(plan),
    targetOf: targetChooser(plan.targets, plan.seed),
  };
}

/** Answers that count as ok: informational to redirection (never followed). */
const OK_STATUS = Uint8Array.from({ length: 600 }, (_, status) => Number(status < 400));

class EngineRun implements Run {
  readonly events = new Channel<RunEvent>();
  readonly ready: Ready;
  private readonly driver: Driver;
  private t0Ns = 0;

  constructor(order: Order, options: EngineOptions, slots: readonly Slot[], resolved: Resolved) {
    this.ready = { workers: 1, ...resolved, pid: process.pid };
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
