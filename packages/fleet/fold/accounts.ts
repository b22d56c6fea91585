/** Whether what the agents of a run have said adds up. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { COUNTS, type Counts } from "@nightjar/core/record/tally.ts";
import type { Folded } from "@nightjar/core/run/fold.ts";

/**
 * Each snapshot adds up in itself, so it is from one to the next that somebody has contradicted
 * itself. Throws `protocol`.
 */
export function refuseContradictions({ totals }: Folded): void {
  for (const { counts } of Object.values(totals.phases)) {
    const isNegative = COUNTS.some((count) => counts[count] < 0);
    if (isNegative || !isBalanced(counts)) contradicted(counts);
  }
}

function isBalanced(counts: Counts): boolean {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } = counts;
  return due === sent + dropped + unsent + unknown && sent === completed + failed + censored;
}

function contradicted({ due, sent, completed }: Counts): never {
  throw new NightjarError(
    "protocol",
    "the agents of the run contradict themselves: what stood open at the end of a second did not " +
      `at the beginning of the next (due ${due}, sent ${sent}, completed ${completed} in all)`,
    "collect it with --exclude NAME, agent by agent",
  );
}
