/** FleetOrder: what a run over a fleet is to be. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { STORE } from "../limits.ts";
import type { LostAgent } from "../messages.ts";
import type { Demand } from "./demand.ts";
import { refuseShared } from "./services.ts";

const MIB = 1024 * 1024;

export interface FleetOrder {
  readonly plan: Plan;
  readonly assets: Assets;
  /** New for each run; a token of a subject. */
  readonly runId: string;
  /** Who asks, for people. */
  readonly coordinator: string;
  readonly demands: readonly Demand[];
  readonly lostAgent: LostAgent;
  readonly leaseNs: number;
  readonly orphanNs: number;
  /** Of the run's stream; default: see `StreamLimits`. */
  readonly streamReplicas?: number;
}

/** Throws `bad-plan` and `refused` for what a fleet cannot carry out. */
export function refuseUnsendable({ plan, assets, demands }: FleetOrder): void {
  if (plan.probe) {
    throw new NightjarError(
      "bad-plan",
      "probe: true is for one machine: beside each agent of a fleet there is none",
      "run it without a fleet, or without the probe",
    );
  }
  const agents = demands.reduce((sum, { count }) => sum + count, 0);
  if (agents > plan.load.connections) {
    throw new NightjarError(
      "bad-plan",
      `load.connections: ${agents} agents want at least as many connections, ` +
        `found ${plan.load.connections}`,
      "connections are the total of the run: each agent holds some of them",
    );
  }
  refuseShared(plan.generatorAddresses, agents);
  const bytes = encodeFrame({ plan, assets }).length;
  if (bytes <= STORE.orderBytes) return;
  throw new NightjarError(
    "bad-plan",
    `the plan and its files take ${bytes} bytes, and an order carries at most ` +
      `${STORE.orderBytes} (${STORE.orderBytes / MIB} MiB)`,
  );
}
