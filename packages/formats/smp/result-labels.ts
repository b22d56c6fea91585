/**
 * Labels of an SMP result, `nightjar.…`, for what SMP has no field for. Read back, they are the
 * same facts again; all other labels are the user's.
 */
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { refuseMember } from "./smp-reader.ts";

const RESERVED = "nightjar.";
/** A label of the user that would be taken for one of these. */
const OWN = "nightjar.label.";

/** Texts. */
export const TEXT_LABELS = [
  "name",
  "generator",
  "generator_version",
  "latency_unit",
  "latency_kind",
  "fidelity",
  "mesh",
  "mesh_version",
  "url",
  "model",
  "arrivals",
  "verdict",
] as const;

export const COUNT_LABELS = [
  "workers",
  "targets",
  "connections",
  "due",
  "requests",
  "ok",
  "errors",
  "unanswered",
  "samples",
] as const;

/** Numbers: per second, seconds, a fraction, and milliseconds where the name says so. */
export const NUMBER_LABELS = [
  "requested_qps",
  "duration_s",
  "fidelity_error",
  "stddev_ms",
  "p75_ms",
  "p95_ms",
  "p99.9_ms",
  "p99.99_ms",
  ...(["average", "p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99", "max"] as const).map(
    (name) => `${name}_at_least_ms` as const,
  ),
] as const;

export type TextLabel = (typeof TEXT_LABELS)[number];
export type CountLabel = (typeof COUNT_LABELS)[number];
export type NumberLabel = (typeof NUMBER_LABELS)[number];

/** Stands for the count of the one column that SMP knows. */
export const SAMPLES = "latencyMs.*.count";

export function samplesKey(column: string): string {
  return SAMPLES.replace("*", column);
}

/** Keys of a Result that only these labels can say. */
export const UNLESS_LABELLED = {
  name: "name",
  "achieved.requests": "requests",
  [SAMPLES]: "samples",
  "generator.name": "generator",
  "generator.version": "generator_version",
  "generator.workers": "workers",
  "generator.latencyKind": "latency_kind",
} as const satisfies Readonly<Record<string, TextLabel | CountLabel>>;

type Labels = Readonly<Record<string, string>>;

export type Facts = Readonly<
  Partial<Record<TextLabel, string> & Record<CountLabel | NumberLabel, number>>
>;

/** What is `undefined` or empty is not said. */
export function factLabels(
  facts: {
    readonly [name in TextLabel | CountLabel | NumberLabel]?: string | number | null;
  },
): Labels {
  const said = Object.entries(facts).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return Object.fromEntries(said.map(([name, value]) => [RESERVED + name, String(value)]));
}

export function userLabels(labels: Labels): Labels {
  const pairs = Object.entries(labels).map(([name, value]) => [
    name.startsWith(RESERVED) ? OWN + name : name,
    value,
  ]);
  return Object.fromEntries(pairs);
}

export interface ReadLabels {
  readonly facts: Facts;
  /** The user's. */
  readonly labels: Labels;
}

/** `path`: of the labels. Throws `PlanRefusal` for a fact that is none. */
export function factsIn(labels: Labels, path: Path): ReadLabels {
  const facts: Record<string, string | number> = {};
  const own: [string, string][] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (name.startsWith(OWN)) own.push([name.slice(OWN.length), value]);
    else if (!name.startsWith(RESERVED)) own.push([name, value]);
    else facts[name.slice(RESERVED.length)] = factOf(name, value, [...path, name]);
  }
  return { facts, labels: Object.fromEntries(own) };
}

function factOf(label: string, text: string, path: Path): string | number {
  const name = label.slice(RESERVED.length);
  if (TEXT_LABELS.some((known) => known === name)) return text;
  const isCount = COUNT_LABELS.some((known) => known === name);
  if (!isCount && !NUMBER_LABELS.some((known) => known === name)) {
    const known = [...TEXT_LABELS, ...COUNT_LABELS, ...NUMBER_LABELS].map((one) => RESERVED + one);
    refuseMember(path, `no such label of Nightjar${didYouMean(label, known)}`);
  }
  const form = isCount ? /^\d{1,15}$/ : /^\d{1,15}(\.\d{1,20})?(e-\d{1,2})?$/;
  if (form.test(text)) return Number(text);
  const wanted = isCount ? "a whole number" : "a number";
  return refuseMember(path, `${wanted} is wanted, found ${JSON.stringify(text.slice(0, 40))}`);
}
