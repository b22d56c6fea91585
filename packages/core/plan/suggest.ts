/** The nearest allowed word to what was written, for "did you mean …?". */

const MAX_DISTANCE = 2;

/** Levenshtein distance by the two-row method. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}

/** The nearest of `allowed` within two edits (or sharing its start), or `undefined`. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = MAX_DISTANCE + 1;
  for (const candidate of allowed) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best) return best;
  if (word.length < 3) return undefined;
  return allowed.find((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
}

/** ` (did you mean "x"?)` or the empty string. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const best = nearest(word, allowed);
  return best === undefined ? "" : ` (did you mean "${best}"?)`;
}
