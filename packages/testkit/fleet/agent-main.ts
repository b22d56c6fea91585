/**
 * A real agent with real workers, as the command line composes it, and with what tests want
 * besides: `bun agent-main.ts`, its AgentSettings as JSON in NIGHTJAR_TEST_AGENT. Says `ready` when
 * it waits for runs; ends on SIGTERM as an agent does.
 */
import { availableParallelism, hostname } from "node:os";
import { type Clock, realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import type { LoadGenerator, Order } from "@nightjar/core/run/load-generator.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { ENGINE_CAPABILITIES } from "@nightjar/engine/engine.ts";
import { startWorker } from "@nightjar/engine/worker-process.ts";
import { Agent } from "@nightjar/fleet/agent/agent.ts";
import { FLEET_PROTOCOL } from "@nightjar/fleet/messages.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";

export interface AgentSettings {
  readonly nats: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** By so much its clock is ahead of the machine's. */
  readonly shiftNs?: number;
  /** By so many millionths it runs faster, from its start on. */
  readonly driftPpm?: number;
  readonly workers?: number;
  /** What starts a worker; default: bun on the engine's own. */
  readonly workerCommand?: readonly string[];
  readonly version?: string;
  readonly outboxBytes?: number;
}

const WORKER_MAIN = new URL("../../engine/worker-main.ts", import.meta.url).pathname;
const GRACE_MS = 1000;

const settings = JSON.parse(process.env.NIGHTJAR_TEST_AGENT ?? "") as AgentSettings;
const { shiftNs = 0, driftPpm = 0 } = settings;
const bornNs = monotonicNs();

/** By so much its clock is ahead of the machine's now. */
function leadNs(): number {
  return shiftNs + (monotonicNs() - bornNs) * driftPpm * 1e-6;
}

const clock: Clock = realClock(() => monotonicNs() + leadNs());

/** Workers know the machine's clock alone. */
function unshifted(generator: LoadGenerator): LoadGenerator {
  return {
    capabilities: generator.capabilities,
    async prepare(order, signal) {
      const run = await generator.prepare(order, signal);
      return {
        ready: run.ready,
        events: run.events,
        start: (t0Ns) => run.start(t0Ns - leadNs()),
        stop: (reason) => run.stop(reason),
      };
    },
  };
}

const workersOfOne: LoadGenerator = {
  capabilities: ENGINE_CAPABILITIES,
  async prepare(order: Order, signal: AbortSignal) {
    const command = settings.workerCommand ?? [process.execPath, WORKER_MAIN, "sleep"];
    const workers = Array.from({ length: settings.workers ?? 1 }, () => startWorker(command));
    const stop = () => Promise.all(workers.map((worker) => worker.stop(GRACE_MS)));
    const generators = workers.map((worker) => worker.generator);
    const all = ensemble(generators, { clock: realClock(monotonicNs), lostChild: "degrade" });
    try {
      const run = await all.prepare(order, signal);
      return {
        ready: run.ready,
        events: thenStop(run.events, stop),
        start: (t0Ns) => run.start(t0Ns),
        stop: (reason) => run.stop(reason),
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

async function* thenStop<T>(events: AsyncIterable<T>, stop: () => Promise<unknown>) {
  for await (const event of events) yield event;
  await stop();
}

const bus = await connectNats({ servers: settings.nats, name: settings.name });
const agent = new Agent({
  bus,
  clock,
  facts: {
    id: `${settings.name}-${process.pid}`,
    name: settings.name,
    protocol: FLEET_PROTOCOL,
    version: settings.version ?? VERSION,
    labels: settings.labels ?? {},
    host: hostname(),
    cores: availableParallelism(),
    ...{ cpuQuota: null, memoryMb: 1024, maxRatePerS: null },
  },
  arms: {
    nightjar: { capabilities: ENGINE_CAPABILITIES, generator: unshifted(workersOfOne) },
  },
  outboxBytes: settings.outboxBytes,
});
process.on("SIGTERM", () => agent.leave("SIGTERM"));
process.stdout.write("ready\n");
await agent.gone;
await bus.close();
