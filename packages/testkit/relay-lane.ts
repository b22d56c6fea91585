/**
 * One direction of one relayed connection: a queue between a source socket and a sink socket.
 *
 *   source ──▶ [ waits for its delay, the rate, a lane not held, a sink that takes bytes ] ──▶ sink
 *
 * Bytes, the end (FIN) and the tearing (RST) of the source travel through the same queue, so their
 * order is kept whatever happens to delay and rate on the way.
 */
import type { Socket } from "bun";

/**
 * So much is kept per direction; then the source is read no further, as a full pipe would have it.
 */
export const LANE_BYTES_MAX = 4 * 1024 * 1024;
/** With a rate, bytes go in slices of so much time. */
const SLICE_MS = 5;

/** What holds for all lanes of a direction; changed by the relay while they run. */
export interface Conditions {
  delayMs: number;
  /** Per connection; Infinity: as fast as it goes. */
  bytesPerS: number;
}

type Side = Socket<{ from: Lane; to: Lane }>;
export type RelaySocket = Side;

interface Parcel {
  what: Buffer | "end" | "tear";
  dueMs: number;
}

export class Lane {
  source: Side | undefined = undefined;
  sink: Side | undefined = undefined;
  /** Nothing passes; what comes waits. */
  held = false;
  /** Ended: the sink was told the end, and only a tear may follow. Closed: nothing may. */
  private state: "open" | "ended" | "closed" = "open";
  private readonly parcels: Parcel[] = [];
  private bytesKept = 0;
  private paused = false;
  private blocked = false;
  private rateFreeMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `ended` is called when the sink has been told the end. */
  constructor(
    private readonly conditions: Conditions,
    private readonly ended: () => void,
  ) {}

  get over(): boolean {
    return this.state !== "open";
  }

  take(what: Parcel["what"]): void {
    if (!this.admits(what)) return;
    this.parcels.push({ what, dueMs: performance.now() + this.conditions.delayMs });
    if (typeof what !== "string") this.bytesKept += what.length;
    if (this.bytesKept > LANE_BYTES_MAX && !this.paused) this.pauseSource(true);
    this.pump();
  }

  drained(): void {
    this.blocked = false;
    this.pump();
  }

  /** Nothing passes any more. */
  close(): void {
    this.state = "closed";
    this.parcels.length = 0;
    clearTimeout(this.timer);
  }

  /** Passes on what may pass now; call it too when a condition has changed. */
  pump(): void {
    clearTimeout(this.timer);
    let waitMs = 0;
    while (waitMs <= 0 && this.parcels.length > 0 && this.sink && !this.held && !this.blocked) {
      const first = this.parcels[0];
      waitMs = Math.max(first.dueMs, this.rateFreeMs) - performance.now();
      if (waitMs > 0) this.wakeAfter(waitMs);
      else if (typeof first.what === "string") this.conclude(this.sink, first.what);
      else this.write(this.sink, first, first.what);
    }
  }

  private admits(what: Parcel["what"]): boolean {
    if (what === "tear") return this.state !== "closed";
    return this.state === "open" && this.parcels.at(-1)?.what !== "end";
  }

  /** Timers count whole milliseconds: rather late than early. */
  private wakeAfter(waitMs: number): void {
    this.timer = setTimeout(() => this.pump(), Math.ceil(waitMs));
  }

  private write(sink: Side, parcel: Parcel, bytes: Buffer): void {
    const { bytesPerS } = this.conditions;
    const sliceBytes = Math.max(1, Math.floor((bytesPerS * SLICE_MS) / 1000));
    const wanted = Math.min(bytes.length, sliceBytes);
    const written = sink.write(bytes, 0, wanted);
    if (written < 0) this.close();
    else this.account(parcel, bytes, written, wanted);
  }

  private account(parcel: Parcel, bytes: Buffer, written: number, wanted: number): void {
    const { bytesPerS } = this.conditions;
    this.rateFreeMs = performance.now() + (written / bytesPerS) * 1000;
    this.blocked = written < wanted;
    this.bytesKept -= written;
    if (written === bytes.length) this.parcels.shift();
    else parcel.what = bytes.subarray(written);
    if (this.paused && this.bytesKept < LANE_BYTES_MAX / 2) this.pauseSource(false);
  }

  private conclude(sink: Side, how: "end" | "tear"): void {
    this.parcels.shift();
    this.state = how === "end" ? "ended" : "closed";
    if (how === "tear") return void sink.terminate();
    sink.shutdown();
    this.ended();
  }

  private pauseSource(paused: boolean): void {
    this.paused = paused;
    if (paused) this.source?.pause();
    else this.source?.resume();
  }
}
