/**
 * A real coordinator: `bun coordinator-main.ts`, its CoordinatorSettings as JSON in
 * NIGHTJAR_TEST_COORDINATOR. Says each phase as it begins; the last line is the Result, or why
 * there is none, as JSON. SIGINT interrupts it.
 */
import { deflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import type { Phase } from "@nightjar/fleet/coordinator/course.ts";
import type { Demand } from "@nightjar/fleet/coordinator/demand.ts";
import { prepareFleet } from "@nightjar/fleet/coordinator/preparation.ts";
import { LEASE } from "@nightjar/fleet/limits.ts";
import type { LostAgent } from "@nightjar/fleet/messages.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";

export interface CoordinatorSettings {
  readonly nats: string;
  readonly runId: string;
  readonly plan: PlanDocument;
  readonly demands: readonly Demand[];
  readonly lostAgent?: LostAgent;
  readonly leaseNs?: number;
  readonly orphanNs?: number;
  readonly streamBytes?: number;
  readonly streamReplicas?: number;
  /** It is killed as this phase begins. */
  readonly dieIn?: Phase;
}

const settings = JSON.parse(process.env.NIGHTJAR_TEST_COORDINATOR ?? "") as CoordinatorSettings;
const say = (line: string) => process.stdout.write(`${line}\n`);

const bus = await connectNats({ servers: settings.nats, name: "coordinator" });
const aborter = new AbortController();
let onInterrupt = () => aborter.abort("SIGINT");
process.on("SIGINT", () => onInterrupt());

try {
  const { runId, demands, lostAgent = "fail", streamBytes, streamReplicas } = settings;
  const { leaseNs = LEASE.defaultNs, orphanNs = LEASE.defaultOrphanNs } = settings;
  const plan = resolvePlan(settings.plan);
  const coordinator = `coordinator ${process.pid}`;
  const run = await prepareFleet(
    {
      ...{ plan, assets: {}, runId, coordinator, demands, lostAgent, leaseNs, orphanNs },
      streamReplicas,
    },
    {
      bus,
      clock: realClock(monotonicNs),
      signal: aborter.signal,
      draw: Math.random,
      environment: watchEnvironment(),
      wallTime: () => new Date().toISOString(),
      ...(streamBytes === undefined ? {} : { streamBytes }),
      entered: (phase) => {
        say(phase);
        if (phase === settings.dieIn) process.kill(process.pid, "SIGKILL");
      },
    },
  );
  onInterrupt = () => run.interrupt("SIGINT");
  const result = await run.measure(
    () => {},
    (bytes) => new Uint8Array(deflateSync(bytes)),
  );
  say(JSON.stringify({ result }));
} catch (error) {
  if (!(error instanceof NightjarError)) throw error;
  say(JSON.stringify({ refused: error.message, code: error.code, hint: error.hint }));
}
await bus.close();
