/** How much there was: what was due, what was answered, and how long that took. */
import type { Result, ResultQuantity } from "@nightjar/core/result/result.ts";
import { count, counted, percent, rate } from "../figures.ts";
import { isAtLeast, latencyWithUnit } from "../human/quantities.ts";
import { planFacts } from "../plan-facts.ts";
import { lasting, type Statement, statement } from "./statement.ts";

function answered({ accounting, populations }: Result): string {
  const { completed, due } = accounting;
  const { ok } = populations;
  if (completed === 0) return "none was answered";
  const all = completed === due ? "all were answered" : `${count(completed)} were answered`;
  const share = completed === due ? "" : ` (${percent(completed / due)})`;
  const wanted = ok === completed ? "" : `, ${count(ok)} of them as wanted`;
  return `${all}${share}${wanted}`;
}

function duration({ durationS }: Result): string {
  return durationS < 0.001 ? "" : ` within ${lasting(durationS)}`;
}

function volume(result: Result): string {
  const { accounting, achieved, offered, durationS } = result;
  const { model } = planFacts(result);
  const hasRate = durationS >= 0.001;
  const came = hasRate && accounting.completed > 0 ? `, ${rate(achieved.ratePerS)}` : "";
  const wanted = hasRate ? ` (${rate(offered.ratePerS)})` : "";
  return model === "closed"
    ? `${counted(accounting.due, "exchange")}${duration(result)}, each as soon as a connection ` +
        `was free: ${answered(result)}${came}.`
    : `${counted(accounting.due, "exchange")} became due${duration(result)}${wanted}: ` +
        `${answered(result)}${came}.`;
}

function took(quantity: ResultQuantity | undefined, who: string): string {
  if (quantity == null) return "";
  const ms = latencyWithUnit(isAtLeast(quantity) ? quantity.atLeast : quantity);
  return isAtLeast(quantity) ? `${who} more than ${ms}` : `${who} up to ${ms}`;
}

/** Of response: over all that was answered as wanted, and all that got no answer. */
function latencies({ accounting, latencyMs }: Result): string {
  const response = latencyMs.response;
  if (response === undefined || accounting.completed === 0) return "";
  const { percentiles, max } = response;
  const said = [
    took(percentiles["50"], "half of them took"),
    took(percentiles["99"], "99 % took").replace("99 % took more", "the slowest 1 % took more"),
    took(max, "the longest took").replace("up to ", ""),
  ].filter((one) => one !== "");
  if (said.length < 2) return "";
  return ` From the moment at which they were due (response) ${said.join(", ")}.`;
}

export function volumeStatements(result: Result): Statement[] {
  if (result.accounting.due === 0) return [];
  return [statement("plain", volume(result) + latencies(result))];
}
