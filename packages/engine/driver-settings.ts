/** What a driver is told of the plan, of its child and of itself. */
import type { ExchangeSettings } from "./exchanges.ts";
import type { RecorderShape } from "./recorder.ts";

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
}
