/**
 * A load generator whose run somebody may end as lost: what it does not send is owed, not
 * cancelled.
 */
import { Channel } from "@nightjar/core/run/channel.ts";
import type { LoadGenerator, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";

export class Leased implements LoadGenerator {
  private run: LeasedRun | undefined;
  private reason: string | undefined;

  constructor(private readonly generator: LoadGenerator) {}

  get capabilities() {
    return this.generator.capabilities;
  }

  async prepare(...order: Parameters<LoadGenerator["prepare"]>): Promise<Run> {
    this.run = new LeasedRun(await this.generator.prepare(...order));
    if (this.reason !== undefined) this.run.lose(this.reason);
    return this.run;
  }

  /** Nothing more becomes due, and the end will say that it was lost. */
  lose(reason: string): void {
    this.reason ??= reason;
    this.run?.lose(this.reason);
  }
}

class LeasedRun implements Run {
  readonly events = new Channel<RunEvent>();
  private lost: string | undefined;
  private isAsked = false;

  constructor(private readonly run: Run) {
    void this.pass();
  }

  get ready() {
    return this.run.ready;
  }

  start(t0Ns: number): void {
    this.run.start(t0Ns);
  }

  stop(reason: string): void {
    this.isAsked = true;
    this.run.stop(reason);
  }

  lose(reason: string): void {
    if (this.lost !== undefined) return;
    if (!this.isAsked) this.lost = reason;
    this.run.stop(reason);
  }

  private async pass(): Promise<void> {
    for await (const event of this.run.events) this.events.push(this.asLost(event));
    this.events.end();
  }

  /** Who had reached the plan's end all the same is not lost, nor who was asked to stop before. */
  private asLost(event: RunEvent): RunEvent {
    if (event.type !== "ended" || event.outcome !== "stopped" || this.lost === undefined)
      return event;
    return { ...event, outcome: "lost", reason: this.lost };
  }
}
