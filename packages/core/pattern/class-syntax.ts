/** A class, `[a-z\d]` or `[^"]`, after its bracket → its characters. */
import { complement, type Ranges, union, withBothCases } from "./code-points.ts";
import { readEscape } from "./escape-syntax.ts";
import type { Reader } from "./reader.ts";

/** `[^a]` without regard to case is neither a nor A: it is negated last. */
export function readClass(reader: Reader, ignoreCase: boolean): Ranges {
  const isNegated = reader.take("^");
  const members: Ranges[] = [];
  while (!reader.take("]")) members.push(readMember(reader));
  const written = union(...members);
  const ranges = ignoreCase ? withBothCases(written) : written;
  return isNegated ? complement(ranges) : ranges;
}

/** A hyphen beside a bracket or a class like \d is itself. */
function readMember(reader: Reader): Ranges {
  const from = readOne(reader);
  if (!reader.sees("-") || reader.sees("-]")) return from;
  reader.take("-");
  const to = readOne(reader);
  const isRange = isSingle(from) && isSingle(to);
  return isRange ? [[from[0][0], to[0][0]]] : union(from, [[45, 45]], to);
}

function isSingle(ranges: Ranges): boolean {
  return ranges.length === 1 && ranges[0][0] === ranges[0][1];
}

function readOne(reader: Reader): Ranges {
  if (reader.take("\\b")) return [[8, 8]];
  if (reader.take("\\")) return readEscape(reader);
  const code = reader.next();
  return [[code, code]];
}
