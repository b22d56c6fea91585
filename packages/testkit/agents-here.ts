/** Agents within this process that send nothing and keep what they are ordered. */
import { randomUUID } from "node:crypto";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { Environment } from "@nightjar/core/record/environment.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import type { LoadGenerator, Order } from "@nightjar/core/run/load-generator.ts";
import { SIMULATED, simulatedChild } from "@nightjar/core/simulation/child.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { Agent } from "@nightjar/fleet/agent/agent.ts";
import type { Bus } from "@nightjar/fleet/bus.ts";
import type { FleetOrder } from "@nightjar/fleet/coordinator/fleet-order.ts";
import { prepareFleet } from "@nightjar/fleet/coordinator/preparation.ts";
import { LEASE } from "@nightjar/fleet/limits.ts";
import { FLEET_PROTOCOL } from "@nightjar/fleet/messages.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";

const clock = realClock(monotonicNs);

export const NOWHERE: Environment = {
  ...{ host: "h", os: "o", kernel: "k", cpu: "c", cores: 1, cpuQuota: null, memoryMb: 1, bun: "b" },
  ...{ stealPercent: null, throttled: null, suspendedMs: null },
};

export interface AgentHere {
  readonly agent: Agent;
  readonly orders: Order[];
  /** What it has said of itself. */
  readonly notes: string[];
}

/** `prepare`: in place of what simulates a run. */
export function agentHere(bus: Bus, name: string, prepare?: LoadGenerator["prepare"]): AgentHere {
  const orders: Order[] = [];
  const notes: string[] = [];
  const simulated = simulatedChild({ clock });
  const generator: LoadGenerator = {
    capabilities: SIMULATED,
    prepare(order, signal) {
      orders.push(order);
      return (prepare ?? simulated.prepare)(order, signal);
    },
  };
  const facts = {
    ...{ id: randomUUID(), name, protocol: FLEET_PROTOCOL, version: VERSION, labels: {} },
    ...{ host: "here", cores: 1, cpuQuota: null, memoryMb: 1, maxRatePerS: null },
  };
  const arms = { nightjar: { capabilities: SIMULATED, generator } };
  const note = (sentence: string) => void notes.push(sentence);
  return { agent: new Agent({ bus, clock, facts, arms, note }), orders, notes };
}

export function orderHere(agents: number, more: Partial<FleetOrder> = {}): FleetOrder {
  const { defaultNs: leaseNs, defaultOrphanNs: orphanNs } = LEASE;
  return {
    ...{ plan: planHere(), assets: {}, runId: randomUUID(), coordinator: "coordinator" },
    ...{ demands: [{ count: agents }], lostAgent: "fail", leaseNs, orphanNs },
    ...more,
  };
}

export function planHere(more: object = {}): Plan {
  const load = { rate: 40, connections: 4 };
  return resolvePlan({ targets: [{ url: "http://192.0.2.1/" }], load, duration: "1s", ...more });
}

export function prepareHere(order: FleetOrder, bus: Bus) {
  return prepareFleet(order, {
    ...{ bus, clock, signal: new AbortController().signal, draw: Math.random },
    environment: () => NOWHERE,
    wallTime: () => new Date().toISOString(),
  });
}

export async function runHere(order: FleetOrder, bus: Bus) {
  return (await prepareHere(order, bus)).measure(
    () => {},
    (bytes) => bytes,
  );
}
