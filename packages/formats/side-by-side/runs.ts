/** What every document of several Results says alike: who they are of, and how they came about. */
import { type Fidelity, weakestFidelity } from "@nightjar/core/record/fidelity.ts";
import type { Latency, Result } from "@nightjar/core/result/result.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { count, counted, percent } from "../figures.ts";

export interface NamedRun {
  /** Of the generator; or of clients that began together their place. */
  readonly name: string;
  readonly result: Result;
}

/** Latencies that users of a target would ask for, from the one that most measure. */
export const KINDS = ["service", "response"] as const;
export type Kind = (typeof KINDS)[number];

/** Unlike each other, whatever their numbers look like. */
export const KIND_MEANING = {
  service: "from the sending on, so that waiting is in none",
  response: "from the due time on, waiting included",
} as const satisfies Record<Kind, string>;

export function namedRuns({ results, order, coolDownS }: SideBySide): NamedRun[] {
  return results.map((result, at) => ({
    name: coolDownS === null ? order[at] : result.generator.name,
    result,
  }));
}

/** Of a generator, behind its name. */
export const DID_NOT_RUN = "did not run, since the end was asked for before";

/** What the rows are. */
export function nounOf({ coolDownS }: SideBySide): "client" | "generator" {
  return coolDownS === null ? "client" : "generator";
}

export function measuredOf({ latencyMs }: Result, kind: Kind): Latency | undefined {
  const { [kind]: latency }: Partial<Record<Kind, Latency>> = latencyMs;
  return latency;
}

/** `buckets, up to 23.9 % too high` */
export function fidelityWords({ kind, relativeError }: Fidelity): string {
  if (kind !== "buckets") return kind;
  return relativeError === null ? "buckets" : `buckets, up to ${percent(relativeError)} too high`;
}

/** Of all as one, whose latencies are as coarse as those of the coarsest. Exact is unsaid. */
export function wholeFidelity({ whole, results }: SideBySide): Fidelity | undefined {
  if (whole === null || !KINDS.some((kind) => kind in whole.latencyMs)) return undefined;
  const fidelity = weakestFidelity(results.map(({ generator }) => generator.fidelity));
  return fidelity?.kind === "histogram" ? undefined : fidelity;
}

/** Those that somebody measures. */
export function kindsOf(runs: readonly NamedRun[]): Kind[] {
  return KINDS.filter((kind) => runs.some(({ result }) => measuredOf(result, kind)));
}

export function howOf({ coolDownS, order }: SideBySide): string {
  return coolDownS === null
    ? `${counted(order.length, "client")}, begun together`
    : `in the order ${order.join(", ")}, ${coolDownS} s apart`;
}

/** `2 of 3 pass, 1 gave no result`: what stands behind the outcome's word. */
export function outcomesOf({ order, results, failures, notRun }: SideBySide): string {
  const number = (of: string) =>
    results.filter(({ verdict: { outcome } }) => outcome === of).length;
  const [passed, failed, doubted] = ["pass", "fail", "inconclusive"].map(number);
  if (passed === order.length) return passed === 1 ? "it passes" : `all ${count(passed)} pass`;
  const parts: [number, string][] = [
    [failed, failed === 1 ? "fails" : "fail"],
    [doubted, doubted === 1 ? "is inconclusive" : "are inconclusive"],
    [failures.length, "gave no result"],
    [notRun.length, "did not run"],
  ];
  const others = parts.filter(([n]) => n > 0).map(([n, words]) => `${count(n)} ${words}`);
  const noun = `${count(passed)} of ${count(order.length)} ${passed === 1 ? "passes" : "pass"}`;
  return [noun, ...others].join(", ");
}
