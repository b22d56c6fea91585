/** Parts of a run that fare otherwise than the others: stages, targets, backends. */
import type { Latency, Result, ResultQuantity } from "@nightjar/core/result/result.ts";
import { count, percent, rate } from "../figures.ts";
import { isAtLeast, latencyWithUnit } from "../human/quantities.ts";
import { type Statement, statement } from "./statement.ts";

/** One of several that can be compared. */
interface Compared {
  readonly name: string;
  /** All that it had part in, and those of them that were errors or had no answer. */
  readonly all: number;
  readonly wrong: number;
  readonly latency: Latency | undefined;
}

interface Kind {
  /** `backends`, of which there are at least two. */
  readonly plural: string;
  readonly column: "response" | "service";
  readonly compared: readonly Compared[];
}

/** Less than this, and it is told as alike. */
const FACTOR = 1.5;
const LEAST_MS = 0.1;
/** By fewer samples in each, a median that is half as large again may be chance. */
const LEAST_SAMPLES = 100;

function bound(quantity: ResultQuantity | undefined): number | null {
  if (quantity == null) return null;
  return isAtLeast(quantity) ? quantity.atLeast : quantity;
}

interface Placed {
  readonly name: string;
  readonly ms: number;
  readonly quantity: ResultQuantity;
}

function byLatency({ compared }: Kind, percentile: string): Placed[] {
  const known = compared.flatMap(({ name, latency }): Placed[] => {
    const quantity = latency?.percentiles[percentile];
    const ms = bound(quantity);
    const isFew = (latency?.count ?? 0) < LEAST_SAMPLES;
    return ms === null || isFew ? [] : [{ name, ms, quantity: quantity as ResultQuantity }];
  });
  return known.length < compared.length ? [] : known.sort((a, b) => a.ms - b.ms);
}

/** The slowest beside the quickest, by the median, or where that is alike by p99. */
function slowest(kind: Kind): Statement[] {
  for (const percentile of ["50", "99"]) {
    const placed = byLatency(kind, percentile);
    if (placed.length < 2) continue;
    const [quick, slow] = [placed[0], placed[placed.length - 1]];
    if (slow.ms < quick.ms * FACTOR || slow.ms - quick.ms < LEAST_MS) continue;
    const of = (one: Placed) => `${latencyWithUnit(one.quantity)} at ${one.name}`;
    const text = `p${percentile} of ${kind.column} is ${of(slow)}, and ${of(quick)}`;
    return [statement("doubt", `Of the ${kind.plural} ${text}.`)];
  }
  return [];
}

/** Of what went wrong, this part is at one of them. */
const MOST_OF_ALL = 0.5;
const LEAST_WRONG = 5;
/** Standard deviations above what would fall to it by its size: 1 in 1,000 by chance. */
const BEYOND_CHANCE = 3.29;

/** `count` of `of`, where each falls to this part with probability `share`. */
function isChance(count: number, of: number, share: number): boolean {
  return count - of * share < BEYOND_CHANCE * Math.sqrt(of * share * (1 - share));
}

/** One that has the most of what went wrong, and more than falls to it by its size. */
function worst({ plural, compared }: Kind): Statement[] {
  const [all, wrong] = (["all", "wrong"] as const).map((key) =>
    compared.reduce((sum, one) => sum + one[key], 0),
  );
  const [first] = [...compared].sort((a, b) => b.wrong - a.wrong);
  if (wrong < LEAST_WRONG || first.wrong < wrong * MOST_OF_ALL) return [];
  const share = first.all / all;
  if (first.wrong / wrong < FACTOR * share || isChance(first.wrong, wrong, share)) return [];
  const part = first.wrong === wrong ? "all" : `${count(first.wrong)} of the`;
  const text =
    `Of the ${plural} ${first.name} has ${part} ${count(wrong)} errors and exchanges without an ` +
    `answer, and ${percent(share)} of all exchanges.`;
  return [statement("bad", text)];
}

function alike(kind: Kind): Statement[] {
  const placed = byLatency(kind, "50");
  if (placed.length < 2) return [];
  const [least, most] = [placed[0], placed[placed.length - 1]];
  const text =
    `All ${placed.length} ${kind.plural} answered alike: p50 of ${kind.column} is ` +
    `${latencyWithUnit(least.quantity)} to ${latencyWithUnit(most.quantity)}.`;
  return [statement("plain", text)];
}

function differences(kind: Kind): Statement[] {
  if (kind.compared.length < 2) return [];
  const said = [...worst(kind), ...slowest(kind)];
  return said.length > 0 ? said : alike(kind);
}

function stages({ stages }: Result): Kind {
  const compared = stages.map(({ due, errors, unanswered, latencyMs, ratePerS }, index) => {
    const { from, to } = ratePerS;
    const pace = from === to ? rate(to) : `${from} to ${rate(to)}`;
    const name = `stage ${index + 1} (${pace})`;
    return { name, all: due, wrong: errors + unanswered, latency: latencyMs.response };
  });
  return { plural: "stages", column: "response", compared };
}

function targets({ targets }: Result): Kind {
  const compared = targets.map(({ name, method, url, due, errors, unanswered, latencyMs }) => ({
    name: /^\d+$/.test(name) ? `${method} ${url}` : name,
    ...{ all: due, wrong: errors + unanswered, latency: latencyMs.response },
  }));
  return { plural: "targets", column: "response", compared };
}

function backends({ backends }: Result): Kind {
  const compared = Object.entries(backends).map(([name, backend]) => {
    const { completed, errors, failed, serviceMs } = backend;
    return { name, all: completed + failed, wrong: errors + failed, latency: serviceMs };
  });
  return { plural: "backends", column: "service", compared };
}

export function differenceStatements(result: Result): Statement[] {
  return [stages, targets, backends].flatMap((of) => differences(of(result)));
}
