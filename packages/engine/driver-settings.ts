/** What a driver is told of the plan, of its child and of itself. */
import type { ExchangeSettings } from "./exchanges.ts";
import type { RecorderShape } from "./recorder.ts";
import type { WatchSettings } from "./watched-exchanges.ts";

export interface DriverSettings extends ExchangeSettings {
  readonly child: string;
  readonly incarnation: number;
  readonly from: number;
  readonly closed: boolean;
  /** The plan is over when its last exchange is (`requests`), not only when its time is. */
  readonly endsWithSchedule: boolean;
  readonly shape: RecorderShape;
  /** Which target exchange *i* is for. */
  readonly targetOf: (i: number) => number;
  readonly endNs: number;
  readonly drainNs: number;
  readonly maxBacklog: number;
  readonly spin: boolean;
  /** Which idle slot takes the next exchange: the one idle for longest, or the last one. */
  readonly reuse: "lru" | "mru";
  /** Connections are opened before exchanges need them. */
  readonly prefetch: boolean;
  /** Absent: nothing is watched, and that costs nothing. */
  readonly watch?: WatchSettings;
}
