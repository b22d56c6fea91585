/**
 * wrk fills its histogram up before it shows it (`stats_correct`): for each latency of at least
 * twice the time that an exchange took on average it adds others that it has not measured, so many
 * as would have begun in the meantime:
 *
 *     n  →  n − e, n − 2e, … as long as they are above e        e = duration / ⌊requests / c⌋
 *
 * That can be taken back: from the longest down, what is left at n was measured.
 */

/** Between two exchanges of a connection, as wrk computes it; `undefined`: it fills nothing in. */
export function filledEveryUs(
  { durationUs, requests }: { readonly durationUs: number; readonly requests: number },
  connections: number,
): number | undefined {
  const each = Math.floor(requests / connections);
  return each === 0 ? undefined : Math.floor(durationUs / each);
}

/** What was measured; `undefined` where it cannot have come to be in that way. */
export function withoutFilledIn(
  counts: ReadonlyMap<number, number>,
  everyUs: number | undefined,
): Map<number, number> | undefined {
  const measured = new Map(counts);
  if (everyUs === undefined || everyUs < 1) return measured;
  const falling = [...counts.keys()].sort((a, b) => b - a);
  for (const value of falling) {
    if (value < 2 * everyUs) break;
    const times = measured.get(value) ?? 0;
    if (times === 0) continue;
    for (let filled = value - everyUs; filled > everyUs; filled -= everyUs) {
      const left = (measured.get(filled) ?? 0) - times;
      if (left < 0) return undefined;
      measured.set(filled, left);
    }
  }
  return measured;
}
