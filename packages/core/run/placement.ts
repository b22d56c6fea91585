/** Placement: the parts of an ensemble's order, handed to its children, and got ready together. */
import { assert, NightjarError } from "../errors.ts";
import { connectionsOf, probeShare, type Share, splitShare } from "../schedule/share.ts";
import type { LoadGenerator, Order, Run } from "./load-generator.ts";

/** A generator with its part of the work. */
export interface Placement {
  readonly generator: LoadGenerator;
  readonly order: Order;
}

export interface PlacementOptions {
  /** In proportion to these, one for each child, the connections are split; default: evenly. */
  readonly weights?: readonly number[];
  /** The first child is the probe, whatever its weight. */
  readonly probe?: boolean;
}

/** Who would hold no connection takes no part. */
export function placementsOf(
  children: readonly LoadGenerator[],
  order: Order,
  { weights = children.map(() => 1), probe = false }: PlacementOptions = {},
): Placement[] {
  const shares = sharesOf(order, weights, probe);
  return children
    .map((generator, index) => {
      const child = order.child === "" ? String(index) : `${order.child}.${index}`;
      return { generator, order: { ...order, share: shares[index], child } };
    })
    .filter((placed) => connectionsOf(placed.order.share) > 0);
}

function sharesOf({ share }: Order, weights: readonly number[], withProbe: boolean): Share[] {
  if (!withProbe) return splitShare(share, weights);
  assert(weights.length > 1, "beside a probe there is somebody");
  const { probe, rest } = probeShare(share);
  return [probe, ...splitShare(rest, weights.slice(1))];
}

/** All of them, or none: where one fails the others are cancelled. */
export async function prepareTogether(
  placements: readonly Placement[],
  signal: AbortSignal,
): Promise<Run[]> {
  const aborter = new AbortController();
  const abort = () => aborter.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const prepareOne = async ({ generator, order }: Placement) => {
    try {
      return await generator.prepare(order, aborter.signal);
    } catch (error) {
      aborter.abort(error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(placements.map(prepareOne));
  signal.removeEventListener("abort", abort);
  const runs = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  if (!aborter.signal.aborted) return runs;
  for (const run of runs) stopAtOnce(run, "another child failed to prepare");
  if (signal.aborted) throw new NightjarError("prepare-failed", `cancelled: ${signal.reason}`);
  throw causeOf(outcomes);
}

/** The cause, not the cancellations that it brought about. */
function causeOf(outcomes: readonly PromiseSettledResult<Run>[]): unknown {
  const failures = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  return failures.find((error) => !String(error?.message).startsWith("cancelled:")) ?? failures[0];
}

/** Does not wait for what is in flight. */
export function stopAtOnce(run: Run, reason: string): void {
  run.stop(reason);
  run.stop(reason);
}
