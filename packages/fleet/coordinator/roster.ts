/** Roster: the agents of a fleet that say that they are there. */
import type { Clock } from "@nightjar/core/run/clock.ts";
import { readHeartbeat } from "../border/answer.ts";
import type { Bus, Unsubscribe } from "../bus.ts";
import { STORE, WAIT } from "../limits.ts";
import type { Heartbeat } from "../messages.ts";
import { ALL_HEARTBEATS, heartbeatSubject, ROLL_CALL } from "../subjects.ts";

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
    this.unsubscribe = bus.subscribe(ALL_HEARTBEATS, (payload, subject) =>
      this.hear(payload, subject),
    );
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

  /** Who speaks on another's subject is not believed. */
  private hear(payload: Uint8Array, subject: string): undefined {
    const heartbeat = readHeartbeat(payload);
    if (heartbeat === undefined || subject !== heartbeatSubject(heartbeat.facts.id)) return;
    const { id } = heartbeat.facts;
    if (this.heard.size >= STORE.agents && !this.heard.has(id)) this.forgetOldest();
    this.heard.delete(id);
    this.heard.set(id, { heartbeat, atNs: this.clock.nowNs() });
  }

  private forgetOldest(): void {
    this.heard.delete(this.heard.keys().next().value as string);
  }
}
