/** One plain line that says how a run stands, for terminals that cannot draw and for logs. */
import { count, counted, rate } from "../figures.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import type { LiveView } from "./live-view.ts";

function elapsed({ elapsedS, totalS }: LiveView): string {
  const whole = Math.floor(elapsedS);
  if (totalS === null) return `${String(whole).padStart(4)}s`;
  const total = String(Math.ceil(totalS));
  return `${String(whole).padStart(Math.max(total.length, 4))}s of ${total}s`;
}

function rates({ second }: LiveView): string {
  if (second === null) return "no second is complete yet";
  const { offeredPerS, answeredPerS } = second;
  const answered = `${rate(answeredPerS)} answered`;
  return offeredPerS === null ? answered : `${rate(offeredPerS)} offered  ${answered}`;
}

/** The latencies so far; while nothing comes back, how much is out. */
function answers({ second, inFlight, kind, latencyMs }: LiveView): string {
  if (second !== null && second.answeredPerS === 0) return `${count(inFlight)} in flight`;
  if (kind === null) return "latencies of unlike kinds";
  const { p50, p99, max } = latencyMs;
  const named = Object.entries({ p50, p99, max });
  const said = named.map(([name, quantity]) => `${name} ${latencyWithUnit(quantity)}`);
  return `${kind} ${said.join("  ")}`;
}

/** `12s of 60s   2,000/s offered  1,998/s answered   response p50 1.21 ms  p99 …   0 errors` */
export function liveLine(view: LiveView): string {
  const parts = [elapsed(view), rates(view), answers(view), counted(view.errors, "error")];
  if (view.dropped > 0) parts.push(`${count(view.dropped)} dropped`);
  if (view.phase !== "measured") parts.push(view.phase);
  return parts.join("   ");
}
