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

function sortedLetters(word: string): string {
  return [...word].sort().join("");
}

/** Of a short word two edits leave little: NOPE is not HOME, but lga is lag. */
function isNear(distance: number, a: string, b: string): boolean {
  if (distance > MAX_DISTANCE) return false;
  return 2 * distance < Math.max(a.length, b.length) || sortedLetters(a) === sortedLetters(b);
}

/**
 * The nearest of `allowed` within two edits, of equals the one that begins with the word; or one
 * that shares its start; or `undefined`.
 */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const written = word.toLowerCase();
  const near = allowed
    .map((name) => ({ name, lower: name.toLowerCase() }))
    .map((one) => ({ ...one, distance: editDistance(written, one.lower) }))
    .filter(({ distance, lower }) => isNear(distance, written, lower))
    .sort((a, b) => a.distance - b.distance || begins(b.lower) - begins(a.lower));
  if (near.length > 0) return near[0].name;
  if (word.length < 3) return undefined;
  return allowed.find((candidate) => begins(candidate.toLowerCase()) === 1);

  function begins(candidate: string): number {
    return candidate.startsWith(written) ? 1 : 0;
  }
}

/** ` (did you mean "x"?)` or the empty string. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const best = nearest(word, allowed);
  return best === undefined ? "" : ` (did you mean "${best}"?)`;
}
