/**
 * The tree of a pattern → a program over bytes (Thompson's construction). A thread stands at an
 * instruction; `bytes` consumes one byte, the others none.
 *
 *     bytes  low..high ─▶ out        split ─▶ out, other        assert ─▶ out        match
 */
import { byteSequences, type Encoding } from "./encoding.ts";
import { PatternFault } from "./reader.ts";
import type { Assertion, Tree } from "./syntax.ts";

export const MAX_INSTRUCTIONS = 20_000;

export type Instruction =
  | { readonly op: "bytes"; readonly low: number; readonly high: number; readonly out: number }
  | { readonly op: "split"; out: number; readonly other: number }
  | { readonly op: "assert"; readonly what: Assertion; readonly out: number }
  | { readonly op: "match" };

export interface Program {
  readonly code: readonly Instruction[];
  readonly start: number;
}

/** Throws `PatternFault` where it would be too large. */
export function programOf(tree: Tree, encoding: Encoding): Program {
  const builder = new Builder(encoding);
  const match = builder.emit({ op: "match" });
  return { code: builder.code, start: builder.build(tree, match) };
}

/** Built from the end: each part is told what comes after it, and says where it begins. */
class Builder {
  readonly code: Instruction[] = [];

  constructor(private readonly encoding: Encoding) {}

  emit(instruction: Instruction): number {
    if (this.code.length === MAX_INSTRUCTIONS) {
      throw new PatternFault(`it unfolds to more than ${MAX_INSTRUCTIONS} steps`);
    }
    return this.code.push(instruction) - 1;
  }

  build(tree: Tree, after: number): number {
    switch (tree.kind) {
      case "characters":
        return this.split(
          byteSequences(tree.ranges, this.encoding).map((bytes) =>
            bytes.reduceRight(
              (out, [low, high]) => this.emit({ op: "bytes", low, high, out }),
              after,
            ),
          ),
        );
      case "assertion":
        return this.emit({ op: "assert", what: tree.what, out: after });
      case "sequence":
        return tree.parts.reduceRight((out, part) => this.build(part, out), after);
      case "choice":
        return this.split(tree.parts.map((part) => this.build(part, after)));
      case "repeat":
        return this.repeat(tree.part, tree.least, tree.most, after);
    }
  }

  /** One of `entries`; of none, bytes that never come. */
  private split(entries: readonly number[]): number {
    if (entries.length === 0) return this.emit({ op: "bytes", low: 1, high: 0, out: 0 });
    return entries.reduceRight((other, out) => this.emit({ op: "split", out, other }));
  }

  private repeat(part: Tree, least: number, most: number, after: number): number {
    let entry = most === Number.POSITIVE_INFINITY ? this.loop(part, after) : after;
    const optional = most === Number.POSITIVE_INFINITY ? 0 : most - least;
    for (let count = 0; count < optional; count++) {
      const once = this.build(part, entry);
      if (once === entry) break;
      entry = this.emit({ op: "split", out: once, other: after });
    }
    for (let count = 0; count < least; count++) {
      const once = this.build(part, entry);
      if (once === entry) break;
      entry = once;
    }
    return entry;
  }

  private loop(part: Tree, after: number): number {
    const split: Instruction & { op: "split" } = { op: "split", out: 0, other: after };
    const entry = this.emit(split);
    split.out = this.build(part, entry);
    return entry;
  }
}
