/** MemoryStream: what one stream holds, within its limits, and who follows it. */
import { BusError, type Stored, type StreamLimits, type StreamState } from "../bus.ts";
import { RecentIds } from "./recent-ids.ts";

/** Below this, what has become too old is not worth moving the rest for. */
const MANY = 1024;

export interface Follower {
  /** There is more, or the stream is gone. */
  notice(): void;
}

export class MemoryStream {
  private kept: Stored[] = [];
  private storedNs: number[] = [];
  /** Of the oldest in the two lists. */
  private head = 0;
  private bytes = 0;
  lastSequence = 0;
  private readonly ids: RecentIds;
  private readonly followers = new Set<Follower>();
  isDeleted = false;

  constructor(
    readonly name: string,
    readonly subjectPrefix: string,
    private limits: StreamLimits,
    windowNs: number,
    private readonly createdNs: number,
  ) {
    this.ids = new RecentIds(windowNs);
  }

  /** What was seen under the same id within the window is left out. Throws `full`. */
  append(subject: string, payload: Uint8Array, id: string, nowNs: number): void {
    if (this.ids.has(id, nowNs)) return;
    this.expire(nowNs);
    const bytes = subject.length + payload.length;
    if (this.bytes + bytes > this.limits.bytes)
      throw new BusError("full", `the stream ${this.name} holds its ${this.limits.bytes} bytes`);
    this.ids.add(id, nowNs);
    this.bytes += bytes;
    this.kept.push({ sequence: ++this.lastSequence, subject, payload });
    this.storedNs.push(nowNs);
    for (const follower of this.followers) follower.notice();
  }

  resize(bytes: number): void {
    this.limits = { ...this.limits, bytes };
  }

  state(nowNs: number): StreamState {
    const ageNs = nowNs - this.createdNs;
    return { lastSequence: this.lastSequence, bytes: this.bytesAt(nowNs), ageNs };
  }

  bytesAt(nowNs: number): number {
    this.expire(nowNs);
    return this.bytes;
  }

  /** The oldest that it holds of those from `sequence` on. */
  from(sequence: number, nowNs: number): Stored | undefined {
    this.expire(nowNs);
    const oldest = this.lastSequence - (this.kept.length - this.head) + 1;
    return this.kept[this.head + Math.max(sequence - oldest, 0)];
  }

  /** Ends with the returned function. */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  delete(): void {
    this.isDeleted = true;
    for (const follower of this.followers) follower.notice();
    this.followers.clear();
  }

  private expire(nowNs: number): void {
    const { kept, storedNs } = this;
    while (this.head < kept.length && storedNs[this.head] + this.limits.ageNs <= nowNs) {
      const { subject, payload } = kept[this.head++];
      this.bytes -= subject.length + payload.length;
    }
    if (this.head < MANY || this.head * 2 < kept.length) return;
    this.kept = kept.slice(this.head);
    this.storedNs = storedNs.slice(this.head);
    this.head = 0;
  }
}
