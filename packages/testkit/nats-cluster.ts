/** A real cluster of nats-servers with one JetStream, of which each can be killed and started. */
import { type NatsServer, type NatsServerOptions, startNatsServer } from "./nats-server.ts";
import { freePort } from "./processes.ts";

export interface NatsCluster {
  readonly servers: readonly NatsServer[];
  /** The addresses of all, with commas between them. */
  readonly url: string;
  /**
   * Which server leads a stream: with one copy of it the one that has it. Returns when that is
   * known, which takes a while after one has gone; the limit of the test is the limit of the wait.
   */
  leaderOf(stream: string): Promise<number>;
  /** On how many servers a stream is. */
  copiesOf(stream: string): Promise<number>;
  /** Starts all that were killed, and returns when they are one cluster again. */
  mend(): Promise<void>;
  /** Ends them and removes their stores. */
  stop(): Promise<void>;
}

/** As `/jsz` of a server tells it, as far as it is of use here. */
interface JetStreamReport {
  readonly meta_cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly { readonly offline?: boolean; readonly current?: boolean }[];
  };
  readonly account_details?: readonly {
    readonly stream_detail?: readonly StreamReport[];
  }[];
}

interface StreamReport {
  readonly name: string;
  readonly cluster?: { readonly leader?: string; readonly replicas?: readonly unknown[] };
}

interface Seat {
  readonly name: string;
  readonly routePort: number;
  readonly monitorPort: number;
}

const POLL_MS = 50;

class RunningCluster implements NatsCluster {
  readonly servers: NatsServer[] = [];

  constructor(private readonly seats: readonly Seat[]) {}

  get url(): string {
    return this.servers.map(({ url }) => url).join(",");
  }

  async start(options: NatsServerOptions): Promise<void> {
    // Each at its place, that a failure leaves none of the others running.
    const starts = this.seats.map(async (seat, at) => {
      this.servers[at] = await startNatsServer({ ...options, more: this.linesOf(seat, options) });
    });
    const failed = (await Promise.allSettled(starts)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    await this.untilWhole();
  }

  async leaderOf(stream: string): Promise<number> {
    return this.asked(async () => {
      const { leader } = (await this.reportOn(stream))?.cluster ?? {};
      const at = this.seats.findIndex(({ name }) => name === leader);
      return at < 0 || !this.isRunning(at) ? undefined : at;
    });
  }

  async copiesOf(stream: string): Promise<number> {
    return this.asked(async () => {
      const { cluster } = (await this.reportOn(stream)) ?? {};
      return cluster?.leader === undefined ? undefined : 1 + (cluster.replicas?.length ?? 0);
    });
  }

  async mend(): Promise<void> {
    const dead = this.servers.filter((_, at) => !this.isRunning(at));
    await Promise.all(dead.map((server) => server.start()));
    await this.untilWhole();
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server?.stop()));
  }

  private linesOf({ name, routePort, monitorPort }: Seat, { more = "" }: NatsServerOptions) {
    const routes = this.seats.map((seat) => `"nats://127.0.0.1:${seat.routePort}"`);
    const cluster = `name: nightjar, listen: "127.0.0.1:${routePort}", routes: [${routes}]`;
    return [
      `server_name: ${name}`,
      `http: "127.0.0.1:${monitorPort}"`,
      `cluster { ${cluster} }`,
      more,
    ].join("\n");
  }

  private isRunning(at: number): boolean {
    return this.servers[at].isRunning;
  }

  /** Its leader sees all of them, and they have what it has. */
  private async untilWhole(): Promise<void> {
    const others = this.seats.length - 1;
    await this.asked(async () => {
      const reports = await this.reports("");
      const whole = reports.some(({ meta_cluster: { replicas = [] } = {} }) => {
        const there = replicas.filter(({ offline, current }) => offline !== true && current);
        return there.length === others;
      });
      return whole || undefined;
    });
  }

  /** Of the server that leads it, or `undefined`. */
  private async reportOn(stream: string): Promise<StreamReport | undefined> {
    const reports = await this.reports("?streams=true");
    return reports
      .flatMap(({ account_details: accounts = [] }) => accounts)
      .flatMap(({ stream_detail: streams = [] }) => streams)
      .find(({ name, cluster }) => name === stream && cluster?.leader !== undefined);
  }

  private async reports(query: string): Promise<JetStreamReport[]> {
    const running = this.seats.filter((_, at) => this.isRunning(at));
    const all = running.map(({ monitorPort }) =>
      fetch(`http://127.0.0.1:${monitorPort}/jsz${query}`)
        .then((answer) => answer.json() as Promise<JetStreamReport>)
        .catch(() => undefined),
    );
    return (await Promise.all(all)).filter((report) => report !== undefined);
  }

  /** Until there is an answer. */
  private async asked<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await Bun.sleep(POLL_MS);
    }
  }
}

/** Servers on loopback ports, each with a store of its own; `options` hold for all. */
export async function startNatsCluster(
  size = 3,
  options: NatsServerOptions = {},
): Promise<NatsCluster> {
  const seats = Array.from({ length: size }, (_, at) => ({
    ...{ name: `n${at}`, routePort: freePort(), monitorPort: freePort() },
  }));
  const cluster = new RunningCluster(seats);
  try {
    await cluster.start(options);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}
