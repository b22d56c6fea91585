/**
 * The text of a regular expression → its tree. JavaScript's grammar, as far as one look at each
 * byte can decide it: no look-around, no back references.
 *
 *     choice    sequence | sequence | …
 *     sequence  term term …
 *     term      atom, atom*, atom+, atom?, atom{n}, atom{n,}, atom{n,m}      (or lazy, with ?)
 *     atom      a  .  [a-z]  \d  ^  $  \b  (choice)  (?:choice)  (?i:choice)  (?<name>choice)
 */
import { readClass } from "./class-syntax.ts";
import { ANYTHING, type Ranges, WITHIN_LINE, withBothCases } from "./code-points.ts";
import { readEscape } from "./escape-syntax.ts";
import { PatternFault, Reader } from "./reader.ts";

export type Assertion = "start" | "end" | "boundary" | "no boundary";

export type Tree =
  | { readonly kind: "characters"; readonly ranges: Ranges }
  | { readonly kind: "assertion"; readonly what: Assertion }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Tree[] }
  | {
      readonly kind: "repeat";
      readonly part: Tree;
      readonly least: number;
      /** May be infinite. */
      readonly most: number;
    };

const MAX_DEPTH = 100;

/** `dotAll`: a dot is any character. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly depth: number;
}

/** Throws `PatternFault` with the reason. */
export function parseTree(source: string): Tree {
  demandJavaScript(source);
  const reader = new Reader(source);
  return readChoice(reader, { ignoreCase: false, dotAll: false, depth: 0 });
}

/** Whatever is wrong by JavaScript's own grammar, old or new, is said in its engine's words. */
function demandJavaScript(source: string): void {
  const reason = reasonAgainst(source, "");
  if (reason === undefined || reasonAgainst(source, "u") === undefined) return;
  throw new PatternFault(reason.replace(/^Invalid regular expression: (\/.*\/\w*: )?/s, ""));
}

function reasonAgainst(source: string, flags: string): string | undefined {
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readChoice(reader: Reader, flags: Flags): Tree {
  const parts = [readSequence(reader, flags)];
  while (reader.take("|")) parts.push(readSequence(reader, flags));
  return parts.length === 1 ? parts[0] : { kind: "choice", parts };
}

function readSequence(reader: Reader, flags: Flags): Tree {
  const parts: Tree[] = [];
  while (!reader.over && !reader.sees("|") && !reader.sees(")")) {
    parts.push(readRepeats(reader, readAtom(reader, flags)));
  }
  return { kind: "sequence", parts };
}

/** Lazy or greedy finds the same texts. */
function readRepeats(reader: Reader, part: Tree): Tree {
  const [least, most] = readQuantifier(reader);
  if (least === 1 && most === 1) return part;
  reader.take("?");
  return { kind: "repeat", part, least, most };
}

function readQuantifier(reader: Reader): readonly [number, number] {
  if (reader.take("*")) return [0, Number.POSITIVE_INFINITY];
  if (reader.take("+")) return [1, Number.POSITIVE_INFINITY];
  if (reader.take("?")) return [0, 1];
  const counted = reader.takeMatch(/^\{(\d+)(,?)(\d*)\}/);
  if (!counted) return [1, 1];
  const [, least, comma, most] = counted;
  if (comma === "") return [Number(least), Number(least)];
  return [Number(least), most === "" ? Number.POSITIVE_INFINITY : Number(most)];
}

function readAtom(reader: Reader, flags: Flags): Tree {
  if (reader.take("(")) return readGroup(reader, flags);
  if (reader.take("[")) return { kind: "characters", ranges: readClass(reader, flags.ignoreCase) };
  if (reader.take("^")) return { kind: "assertion", what: "start" };
  if (reader.take("$")) return { kind: "assertion", what: "end" };
  if (reader.take("\\b")) return { kind: "assertion", what: "boundary" };
  if (reader.take("\\B")) return { kind: "assertion", what: "no boundary" };
  if (reader.take(".")) return characters(flags.dotAll ? ANYTHING : WITHIN_LINE, flags);
  if (reader.take("\\")) return characters(readEscape(reader), flags);
  const code = reader.next();
  return characters([[code, code]], flags);
}

function characters(ranges: Ranges, { ignoreCase }: Flags): Tree {
  return { kind: "characters", ranges: ignoreCase ? withBothCases(ranges) : ranges };
}

function readGroup(reader: Reader, outer: Flags): Tree {
  if (outer.depth === MAX_DEPTH) throw new PatternFault(`more than ${MAX_DEPTH} groups deep`);
  const flags = { ...readGroupHead(reader, outer), depth: outer.depth + 1 };
  const tree = readChoice(reader, flags);
  reader.take(")");
  return tree;
}

function readGroupHead(reader: Reader, outer: Flags): Flags {
  if (!reader.take("?") || reader.take(":")) return outer;
  if (reader.takeMatch(/^<?[=!]/)) throw new PatternFault("(?=…) and its kin are not known here");
  if (reader.takeMatch(/^<[^>]*>/)) return outer;
  const written = reader.takeMatch(/^([a-z]*)(?:-([a-z]*))?:/);
  const [, on = "", off = ""] = written ?? [];
  if (`${on}${off}`.includes("m")) throw new PatternFault("(?m:…) is not known here");
  const isOn = (flag: string, before: boolean) =>
    on.includes(flag) || (before && !off.includes(flag));
  return {
    ...outer,
    ignoreCase: isOn("i", outer.ignoreCase),
    dotAll: isOn("s", outer.dotAll),
  };
}
