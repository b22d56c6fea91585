/** For tests: a line of shell → its words, with quotes but without anything that expands. */

const WORD = /(?:[^\s'"]+|'[^']*'|"[^"]*")+/g;

/** `a 'b c'"d"` → a, b cd */
export function wordsOf(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
