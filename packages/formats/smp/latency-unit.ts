/**
 * In which unit the latencies of an SMP result stand. They are milliseconds by name, but Meshery's
 * export and every published sample have seconds there.
 */
import type { LatencyUnit } from "../convert/content.ts";
import type { ReadSmpResult } from "./read-smp-result.ts";
import type { Facts } from "./result-labels.ts";
import { refuseMember } from "./smp-reader.ts";

/** A slowest answer of less than a millisecond is more likely one of seconds. */
const DOUBTFUL_MS = 1;

/** `asSaid`: by the user. Throws `PlanRefusal` where nobody can know. */
export function latencyUnitOf(
  { result, placeholders, latenciesAt }: ReadSmpResult,
  facts: Facts,
  asSaid: LatencyUnit | undefined,
): LatencyUnit {
  const latencies = Object.values(result.latencies);
  if (asSaid !== undefined) return asSaid;
  if (facts.latency_unit === "ms" || latencies.length === 0) return "ms";
  const longest = Math.max(...latencies);
  if (placeholders.length > 0) {
    const what = `"${placeholders[0]}" is what Meshery's export writes, and it has seconds here`;
    return refuseMember(latenciesAt, what, choiceFor(longest));
  }
  if (longest >= DOUBTFUL_MS) return "ms";
  const what = `the longest is ${longest}: milliseconds by name, but as likely seconds`;
  return refuseMember(latenciesAt, what, choiceFor(longest));
}

function choiceFor(longest: number): string {
  const asSeconds = `--latency-unit s takes it for ${Number((longest * 1000).toPrecision(6))} ms`;
  return `${asSeconds}, --latency-unit ms for ${longest} ms`;
}
