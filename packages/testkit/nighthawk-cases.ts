/**
 * For tests: black-box cases of Nighthawk's service, each on a service of its own, by a client on
 * gRPC's C core, against our test server.
 */
import { makeFolder } from "@nightjar/cli/child-cli.ts";
import { type ChildService, startChildService } from "@nightjar/cli/child-service.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { type GrpcClient, type GrpcStubs, type Message, makeStubs } from "./grpc-client.ts";

interface Statistic {
  readonly id: string;
  readonly count?: string;
  /** Of durations, `0.009876s`. */
  readonly mean?: string;
}

interface NighthawkResult {
  readonly name: string;
  readonly statistics: readonly Statistic[];
  readonly counters?: readonly { readonly name: string; readonly value: string }[];
  readonly execution_duration: string;
}

export interface Told {
  readonly names: readonly string[];
  /** Of `global`. */
  readonly counters: Readonly<Record<string, number>>;
  /** Of its statistics, by id. */
  readonly counts: Readonly<Record<string, number>>;
  readonly statistics: readonly Statistic[];
  readonly durationS: number;
  readonly error: { readonly code: number; readonly message: string } | undefined;
  readonly hasOutput: boolean;
}

export function told(response: Message): Told {
  const { output, error_detail: error } = response as {
    output?: { results?: NighthawkResult[] };
    error_detail?: Told["error"];
  };
  const results = output?.results ?? [];
  const { counters = [], statistics = [], execution_duration = "0" } = results.at(-1) ?? {};
  return {
    names: results.map(({ name }) => name),
    counters: Object.fromEntries(counters.map(({ name, value }) => [name, Number(value)])),
    counts: Object.fromEntries(statistics.map(({ id, count = "0" }) => [id, Number(count)])),
    statistics,
    durationS: Number.parseFloat(execution_duration),
    error,
    hasOutput: output !== undefined,
  };
}

/** The nth is answered after so many that are still to come: more than n−1 ends it. */
export function until(answers: number): Message {
  return { termination_predicates: { "benchmark.http_2xx": answers - 1 } };
}

/** As an option: requests that tell the test server of it. */
export function configured(config: string): Message {
  const header = { key: "x-nighthawk-test-server-config", value: config };
  return { request_options: { request_headers: [{ header }] } };
}

export class NighthawkCases {
  private constructor(
    private readonly stubs: GrpcStubs,
    readonly origin: ChildOrigin,
    private readonly folder = makeFolder(),
  ) {}

  /** Throws `MissingPart`. */
  static async open(): Promise<NighthawkCases> {
    return new NighthawkCases(await makeStubs(), await startChildOrigin());
  }

  async close(): Promise<void> {
    await this.origin.stop();
    this.stubs.remove();
    this.folder.remove();
  }

  service(): Promise<ChildService> {
    return startChildService(this.folder);
  }

  client({ address }: ChildService): GrpcClient {
    return this.stubs.client(address);
  }

  async serving<T>(use: (client: GrpcClient, service: ChildService) => Promise<T>): Promise<T> {
    const service = await this.service();
    const client = this.client(service);
    try {
      return await use(client, service);
    } finally {
      await client.close();
      await service.stop();
    }
  }

  /** One run, of our test server unless the options name another target. */
  execute(options: Message): Promise<Told> {
    return this.serving(async (client) =>
      told(await client.execute({ uri: this.origin.url, ...options })),
    );
  }
}
