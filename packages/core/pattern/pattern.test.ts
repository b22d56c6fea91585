/** Every pattern finds what JavaScript's own matcher finds, however the text is cut. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Pattern, PatternFault } from "./pattern.ts";
import { MAX_INSTRUCTIONS } from "./program.ts";

const utf8 = new TextEncoder();

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function finds(pattern: Pattern, bytes: Uint8Array, cuts: readonly number[] = []): boolean {
  let state = pattern.start;
  let from = 0;
  for (const end of [...cuts, bytes.length]) {
    const to = Math.min(Math.max(end, from), bytes.length);
    state = pattern.after(state, bytes, from, to);
    from = to;
  }
  return pattern.isMatch(state);
}

const literal = fc.constantFrom(..."abA1_- é😀\n\u2028");
const escaped = fc.constantFrom(
  ...["\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\n", "\\t", "\\.", "\\\\", "\\x61", "\\u00e9"],
  ...["\\ud83d\\ude00", "\\u{1f600}", "\\x00", "\\cJ", "."],
);
const inClass = fc.oneof(
  literal.map((character) => (character === "-" ? "\\-" : character)),
  fc.constantFrom("a-b", "0-9", "A-Z", "\\d", "\\W", "\\s", "\\b", "\u00e0-\u2fff", "é-😀"),
);
const bracket = fc
  .tuple(fc.constantFrom("", "^"), fc.array(inClass, { maxLength: 3 }))
  .map(([negation, members]) => `[${negation}${members.join("")}]`);
const assertion = fc.constantFrom("^", "$", "\\b", "\\B");
const quantifier = fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{0,2}", "{0}");

const { expression } = fc.letrec<{ expression: string; term: string; group: string }>((tie) => ({
  group: fc
    .tuple(fc.constantFrom("(", "(?:", "(?i:", "(?s:", "(?is-:", "(?-i:"), tie("expression"))
    .map(([head, inner]) => `${head}${inner})`),
  term: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    literal,
    escaped,
    bracket,
    assertion,
    fc
      .tuple(fc.oneof(literal, escaped, bracket, tie("group")), quantifier)
      .map(([atom, times]) => `${atom}${times}`),
    tie("group"),
  ),
  expression: fc
    .array(fc.array(tie("term"), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.map((terms) => terms.join("")).join("|")),
}));
const text = fc.string({ unit: literal, maxLength: 12 });
const cuts = fc.array(fc.nat(20), { maxLength: 4 }).map((ends) => ends.sort((a, b) => a - b));

describe("for every pattern and text", () => {
  test("the answer is JavaScript's, whole, byte by byte and in pieces", () => {
    fc.assert(
      fc.property(
        expression,
        fc.array(text, { minLength: 1, maxLength: 6 }),
        cuts,
        (source, texts, ends) => {
          const pattern = new Pattern(source, "utf8");
          const oracle = new RegExp(source, "u");
          for (const each of texts) {
            const bytes = utf8.encode(each);
            const expected = [each, oracle.test(each)];
            expect([each, finds(pattern, bytes)]).toEqual(expected);
            expect([each, finds(pattern, bytes, ends)]).toEqual(expected);
            expect([each, finds(pattern, bytes, [...bytes.keys()])]).toEqual(expected);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("of Latin-1 too", () => {
    const narrow = fc.string({ unit: fc.constantFrom(..."abA1_- é\n"), maxLength: 12 });
    fc.assert(
      fc.property(expression, narrow, (source, each) => {
        const found = finds(new Pattern(source, "latin1"), latin1(each));
        expect(found).toBe(new RegExp(source, "u").test(each));
      }),
      { numRuns: 1000 },
    );
  });

  test("forgetting its states changes no answer, nor one that is half read", () => {
    const pattern = new Pattern("(?:a|b)*a(?:a|b){14}c", "latin1");
    const letter = fc.constantFrom("a", "b");
    const long = fc.string({ unit: letter, minLength: 3000, maxLength: 4000 });
    const last = fc.string({ unit: letter, minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(long, last, long, (head, tail, other) => {
        const [yes, no] = [latin1(`${head}a${tail}c`), latin1(`${head}b${tail}c`)];
        const half = pattern.after(pattern.start, yes, 0, 2000);
        expect(finds(pattern, latin1(other))).toBe(false);
        expect(finds(pattern, no)).toBe(false);
        expect(pattern.isMatch(pattern.after(half, yes, 2000, yes.length))).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  test("each character is told from its neighbours in every length of UTF-8", () => {
    const code = fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }),
      fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xffff, 0x10000, 0x10ffff),
    );
    const isHalf = (one: number) => one >= 0xd800 && one <= 0xdfff;
    fc.assert(
      fc.property(code, code, code, (a, b, c) => {
        fc.pre(!isHalf(a) && !isHalf(b) && !isHalf(c));
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const spell = (one: number) => `\\u{${one.toString(16)}}`;
        const pattern = new Pattern(`^[${spell(low)}-${spell(high)}]$`, "utf8");
        for (const one of [a, b, c, low - 1, high + 1]) {
          if (one < 0 || one > 0x10ffff || isHalf(one)) continue;
          const found = finds(pattern, utf8.encode(String.fromCodePoint(one)));
          expect([one, found]).toEqual([one, one >= low && one <= high]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a pattern", () => {
  test.each([
    ['{"status":"ok"}', '[{"status":"ok"}]', true],
    ["a{,2}", "a{,2}", true],
    ["x]y}", "x]y}", true],
    ["(?<word>ok)", "ok", true],
    ["[^]", "\n", true],
    ["[]", "a", false],
    ["a\\0", "a\0", true],
    ["(?i:[^a])", "A", false],
    ["(?:){1000000000}a", "a", true],
    ["^$", "", true],
    ["", "anything", true],
  ])("%j in %j: %p", (source, each, expected) =>
    expect(finds(new Pattern(source, "utf8"), utf8.encode(each))).toBe(expected),
  );

  test("bytes that are no UTF-8 are no characters, and hide none", () => {
    const bytes = Uint8Array.of(0xff, 0xc3, 0x6f, 0x6b, 0xe2, 0x82);
    expect(finds(new Pattern("ok", "utf8"), bytes)).toBe(true);
    expect(finds(new Pattern("o.*[^k]$", "utf8"), bytes)).toBe(false);
  });

  test("what would take a backtracking matcher for ever takes a look at each byte", () => {
    const bytes = latin1("xy".repeat(500_000));
    for (const source of ["x.*y.*z", "^(x|y|xy)+$z", "(x+y+)+z"])
      expect(finds(new Pattern(source, "utf8"), bytes)).toBe(false);
  });

  test.each([
    ["(", /missing \)|parenthes/],
    ["*", /nothing to repeat/i],
    ["[a", /character class/],
    ["a{2,1}", /out of order/],
    ["(?=a)", /not known here/],
    ["(?!a)", /not known here/],
    ["(?<=a)", /not known here/],
    ["(?<!a)", /not known here/],
    ["(a)\\1", /back references/],
    ["(?<n>a)\\k<n>", /back references/],
    ["\\p{L}", /\\p.* not known here/],
    ["(?m:^a)", /\(\?m:/],
    ["\\q", /\\q has no meaning/],
    ["\\ud800", /no character/],
    ["\\u{110000}", /no character/],
    ["(?:a{1000}){1000}", new RegExp(`more than ${MAX_INSTRUCTIONS} steps`)],
    [`${"(".repeat(101)}a${")".repeat(101)}`, /groups deep/],
  ])("%s is refused with the reason", (source, reason) => {
    let fault: unknown;
    try {
      new Pattern(source, "utf8");
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(PatternFault);
    expect((fault as PatternFault).message).toMatch(reason);
  });
});
