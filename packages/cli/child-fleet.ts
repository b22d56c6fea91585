/** For tests: a fleet on this machine, each part in a process of its own, and runs over it. */
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import {
  type ChildCli,
  cli,
  type Folder,
  makeFolder,
  type Surroundings,
  startCli,
} from "./child-cli.ts";

export const SHAPE = ["--duration", "2s", "--connections", "4"];
export const BRIEF = ["--rate", "100", ...SHAPE];

/** A broker in a process of its own. */
interface Broker {
  readonly url: string;
  stop(): Promise<void>;
}

interface Listed {
  readonly name: string;
  readonly state: { readonly is: string };
}

export class ChildFleet {
  readonly folder: Folder = makeFolder();
  private readonly agents: ChildCli[] = [];

  private constructor(
    readonly nats: Broker,
    readonly origin: ChildOrigin,
  ) {}

  /** With an origin that keeps a log. */
  static async start(nats: Broker): Promise<ChildFleet> {
    return new ChildFleet(nats, await startChildOrigin("--log"));
  }

  /** Resolves when it waits for runs. It dials this fleet's broker, or the `--nats` of `args`. */
  async addAgent(
    name: string,
    args: readonly string[] = [],
    surroundings: Surroundings = {},
  ): Promise<ChildCli> {
    const way = args.includes("--nats") ? [] : ["--nats", this.nats.url];
    const whole = ["agent", ...way, "--name", name, ...args];
    const child = startCli(whole, surroundings);
    this.agents.push(child);
    await child.untilNoted(/ waits for runs at /);
    return child;
  }

  /** Ends it, whatever it does. */
  async kill({ process, ended }: ChildCli): Promise<void> {
    process.kill("SIGKILL");
    await ended;
  }

  /** The Result is in `r.json`. */
  run(...args: string[]) {
    return this.cli(this.runArgs(...args));
  }

  startRun(...args: string[]): ChildCli {
    return startCli(this.runArgs(...args), { cwd: this.folder.path });
  }

  cli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return cli(args, { cwd: this.folder.path, env });
  }

  collect(id: string, ...args: string[]) {
    return this.cli(["run", "collect", id, "--nats", this.nats.url, ...args]);
  }

  written(): Result {
    return resultSchema.parse(JSON.parse(this.folder.read("r.json")));
  }

  async listed(): Promise<Listed[]> {
    const { out } = await this.cli(["agents", "--nats", this.nats.url, "--json"]);
    return JSON.parse(out) as Listed[];
  }

  /** Resolves when no agent has a run. */
  async untilIdle(): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if ((await this.listed()).every(({ state }) => state.is === "idle")) return;
      await Bun.sleep(100);
    }
    throw new Error("agents are still busy");
  }

  /** Numbers of the exchanges that the server has got since its log was begun. */
  async numbersAtOrigin(): Promise<number[]> {
    const rows = await readOriginLog(this.origin.url);
    return rows.map(({ number }) => number).sort((a, b) => a - b);
  }

  async clearLog(): Promise<void> {
    await fetch(`${this.origin.url}/.control/log`, { method: "DELETE" });
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => this.kill(agent)));
    await this.nats.stop();
    await this.origin.stop();
    this.folder.remove();
  }

  private runArgs(...args: string[]): string[] {
    const url = `${this.origin.url}/?delay=2ms`;
    return ["run", url, "--fleet", this.nats.url, "--output", "json=r.json", ...args];
  }
}
