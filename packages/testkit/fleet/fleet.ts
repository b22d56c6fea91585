/** A real fleet on this machine: nats-servers, agents and coordinators as processes. */
import type { Result } from "@nightjar/core/result/result.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import type { Bus } from "@nightjar/fleet/bus.ts";
import { Roster } from "@nightjar/fleet/coordinator/roster.ts";
import type { Heartbeat } from "@nightjar/fleet/messages.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type NatsCluster, startNatsCluster } from "../nats-cluster.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../nats-server.ts";
import { type RunningProcess, startProcess } from "../processes.ts";
import type { AgentSettings } from "./agent-main.ts";
import type { CoordinatorSettings } from "./coordinator-main.ts";
import { type FoldedRun, foldRun } from "./folded-run.ts";

const AGENT = new URL("./agent-main.ts", import.meta.url).pathname;
const COORDINATOR = new URL("./coordinator-main.ts", import.meta.url).pathname;
const READY_LIMIT_MS = 30_000;
const IDLE_LIMIT_MS = 40_000;

export interface Ending {
  readonly result?: Result;
  /** Why there is none. */
  readonly refused?: string;
  readonly code?: string;
}

export interface RunningCoordinator {
  readonly process: RunningProcess;
  /** Resolves when it has said so; rejects when it has ended without. */
  phase(name: string): Promise<void>;
  /** `undefined`: it was killed. */
  readonly ending: Promise<Ending | undefined>;
}

export class RealFleet {
  private constructor(
    readonly nats: NatsServer,
    /** Of which `nats` is one; absent: it stands alone. */
    readonly cluster?: NatsCluster,
  ) {}

  readonly agents: RunningProcess[] = [];
  private readonly coordinators: RunningProcess[] = [];

  static async start(options: NatsServerOptions = {}): Promise<RealFleet> {
    return new RealFleet(await startNatsServer(options));
  }

  /** At three servers: agents at two of them, coordinators at the third. */
  static async startClustered(): Promise<RealFleet> {
    const cluster = await startNatsCluster();
    return new RealFleet(cluster.servers[0], cluster);
  }

  /** Which server an agent dials. */
  seatOf(agent: number): NatsServer {
    return this.cluster?.servers[agent % 2] ?? this.nats;
  }

  /** Default: at this fleet's broker. */
  async addAgent(settings: Partial<AgentSettings> = {}): Promise<RunningProcess> {
    const { url: nats } = this.nats;
    const whole: AgentSettings = { nats, name: `a${this.agents.length}`, ...settings };
    const agent = await startProcess({
      name: `agent ${whole.name}`,
      command: [process.execPath, AGENT],
      env: { NIGHTJAR_TEST_AGENT: JSON.stringify(whole) },
      ready: { line: /^ready$/ },
      readyLimitMs: READY_LIMIT_MS,
    });
    this.agents.push(agent);
    return agent;
  }

  async addAgents(count: number, settings: Partial<AgentSettings> = {}): Promise<void> {
    const first = this.agents.length;
    await Promise.all(
      Array.from({ length: count }, (_, at) =>
        this.addAgent({ name: `a${first + at}`, ...settings }),
      ),
    );
  }

  async coordinate(
    settings: Omit<CoordinatorSettings, "nats"> & { nats?: string },
  ): Promise<RunningCoordinator> {
    const { url: nats } = this.cluster?.servers[2] ?? this.nats;
    const whole: CoordinatorSettings = { nats, ...settings };
    const watch = new LineListener();
    const process_ = await startProcess({
      name: `coordinator of ${whole.runId}`,
      command: [process.execPath, COORDINATOR],
      env: { NIGHTJAR_TEST_COORDINATOR: JSON.stringify(whole) },
      ready: { line: /^place$/ },
      readyLimitMs: READY_LIMIT_MS,
      onLine: (line) => watch.hear(line),
    });
    this.coordinators.push(process_);
    void process_.exited.then(() => watch.end());
    const phase = (name: string) => watch.wait((line) => line === name);
    return { process: process_, phase, ending: watch.ending() };
  }

  async collect(runId: string): Promise<Result> {
    return (await this.fold(runId)).result;
  }

  fold(runId: string, exclude: readonly string[] = []): Promise<FoldedRun> {
    return this.withBus((bus) => foldRun(bus, runId, new Set(exclude)));
  }

  /** Resolves when no agent that is there says that it has a part in the run; not for ever. */
  untilNobodyIsIn(runId: string): Promise<void> {
    return this.withBus(async (bus) => {
      const roster = new Roster(bus, realClock(monotonicNs));
      for (const limit = performance.now() + IDLE_LIMIT_MS; performance.now() < limit; ) {
        await roster.callRoll();
        const isIn = ({ state }: Heartbeat) => state.is === "busy" && state.runId === runId;
        if (!roster.present().some(isIn)) return roster.close();
      }
      throw new Error(`agents still have a part in run ${runId} after ${IDLE_LIMIT_MS} ms`);
    });
  }

  /** With a connection of its own. */
  async withBus<T>(body: (bus: Bus) => Promise<T>): Promise<T> {
    const { url: servers } = this.cluster ?? this.nats;
    const bus = await connectNats({ servers, name: "bystander" });
    try {
      return await body(bus);
    } finally {
      await bus.close();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.coordinators, ...this.agents].map((one) => one.stop()));
    await (this.cluster ?? this.nats).stop();
  }
}

/** Processes that a process has started and that have not ended: of an agent its workers. */
export function childrenOf(pid: number): number[] {
  const { stdout } = Bun.spawnSync(["pgrep", "-P", String(pid)]);
  return stdout.toString().split("\n").filter(Boolean).map(Number);
}

/** Lines as they come; who waits for one learns too when none can come any more. */
class LineListener {
  private readonly lines: string[] = [];
  private hasEnded = false;
  private wake = Promise.withResolvers<void>();

  hear(line: string): void {
    this.lines.push(line);
    this.turn();
  }

  end(): void {
    this.hasEnded = true;
    this.turn();
  }

  async wait(wanted: (line: string) => boolean): Promise<void> {
    for (;;) {
      if (this.lines.some(wanted)) return;
      if (this.hasEnded) throw new Error(`it has ended; it said ${this.lines.join(", ")}`);
      await this.wake.promise;
    }
  }

  async ending(): Promise<Ending | undefined> {
    while (!this.hasEnded) await this.wake.promise;
    const last = this.lines.findLast((line) => line.startsWith("{"));
    return last === undefined ? undefined : (JSON.parse(last) as Ending);
  }

  private turn(): void {
    const { resolve } = this.wake;
    this.wake = Promise.withResolvers<void>();
    resolve();
  }
}
