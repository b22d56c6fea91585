/**
 * CrewRun: one run of an agent, by a crew of its own. When it has ended nothing of the crew is
 * left, and its last word says what the machine withheld meanwhile.
 */
import { Channel } from "@nightjar/core/run/channel.ts";
import type { Ended, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { type Crew, TIDY_MS } from "../crew.ts";
import { KILL_AFTER_MS } from "../folded-run.ts";

export class CrewRun implements Run {
  readonly events = new Channel<RunEvent>();
  private environment: ReturnType<typeof watchEnvironment> | undefined;
  private tidying: Timer | undefined;

  constructor(
    private readonly run: Run,
    private readonly crew: Crew,
  ) {
    void this.pass();
  }

  get ready() {
    return this.run.ready;
  }

  start(t0Ns: number): void {
    this.environment = watchEnvironment();
    this.tidying = setInterval(() => Bun.gc(true), TIDY_MS);
    this.run.start(t0Ns);
  }

  stop(reason: string): void {
    this.run.stop(reason);
  }

  private async pass(): Promise<void> {
    for await (const event of this.run.events) {
      this.events.push(event.type === "ended" ? await this.last(event) : event);
    }
    await this.dismiss();
    this.events.end();
  }

  private async last(event: Ended): Promise<Ended> {
    const environment = this.environment?.();
    await this.dismiss();
    return environment === undefined ? event : { ...event, environment };
  }

  private async dismiss(): Promise<void> {
    clearInterval(this.tidying);
    await this.crew.stop(KILL_AFTER_MS);
  }
}
