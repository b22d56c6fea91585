/** One plain line that says how a run stands, for terminals that cannot draw and for logs. */
import { count, counted, milliseconds, rate } from "./figures.ts";

export interface LiveView {
  readonly elapsedS: number;
  /** `null`: the run ends by its number of requests. */
  readonly totalS: number | null;
  /** Per second. */
  readonly offered: number;
  /** Per second. */
  readonly completed: number;
  /** So far. */
  readonly errors: number;
  readonly inFlight: number;
  /** `null`: too few answers. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

function elapsed({ elapsedS, totalS }: LiveView): string {
  const whole = Math.floor(elapsedS);
  if (totalS === null) return `${String(whole).padStart(4)}s`;
  const total = String(Math.ceil(totalS));
  return `${String(whole).padStart(Math.max(total.length, 4))}s of ${total}s`;
}

function latency(name: string, ms: number | null): string {
  return ms === null ? `${name} –` : `${name} ${milliseconds(ms)} ms`;
}

/** The latencies so far; while nothing comes back, how much is out. */
function answers(view: LiveView): string {
  if (view.completed === 0) return `${count(view.inFlight)} in flight`;
  const { p50Ms, p99Ms, maxMs } = view;
  return [latency("p50", p50Ms), latency("p99", p99Ms), latency("max", maxMs)].join("  ");
}

/** `12s of 60s   2,000/s offered  1,998/s answered   p50 1.21 ms  p99 …  max …   0 errors` */
export function progressLine(view: LiveView): string {
  const rates = `${rate(view.offered)} offered  ${rate(view.completed)} answered`;
  return [elapsed(view), rates, answers(view), counted(view.errors, "error")].join("   ");
}
