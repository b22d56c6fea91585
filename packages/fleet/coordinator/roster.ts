/** Roster: the agents of a fleet that say that they are there. */
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { Bus, Unsubscribe } from "../bus.ts";
import { WAIT } from "../limits.ts";
import { decodeMessage, type Heartbeat } from "../messages.ts";
import { ALL_HEARTBEATS, ROLL_CALL } from "../subjects.ts";

interface Heard {
  readonly heartbeat: Heartbeat;
  readonly atNs: number;
}

export class Roster {
  private readonly heard = new Map<string, Heard>();
  private readonly unsubscribe: Unsubscribe;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {
    this.unsubscribe = bus.subscribe(ALL_HEARTBEATS, (payload) => this.hear(payload));
  }

  /** Resolves when those that are there have had time to say so. */
  async callRoll(): Promise<void> {
    this.bus.publish(ROLL_CALL, new Uint8Array(0));
    await new Promise<void>((resolve) => this.clock.after(WAIT.rollCallNs, resolve));
  }

  /** Agents that have been heard of lately and are not on their way out. */
  present(): Heartbeat[] {
    const oldestNs = this.clock.nowNs() - WAIT.presenceNs;
    return [...this.heard.values()]
      .filter(({ atNs, heartbeat }) => atNs >= oldestNs && heartbeat.state.is !== "leaving")
      .map(({ heartbeat }) => heartbeat);
  }

  close(): void {
    this.unsubscribe();
  }

  private hear(payload: Uint8Array): undefined {
    const heartbeat = decodeMessage<Heartbeat>(payload);
    if (typeof heartbeat?.facts?.id !== "string" || heartbeat.state === undefined) return;
    this.heard.set(heartbeat.facts.id, { heartbeat, atNs: this.clock.nowNs() });
  }
}
