import { expect, test } from "bun:test";
import fc from "fast-check";
import { latin1Bytes } from "./response-reading.ts";
import { TextSearch } from "./text-search.ts";

/** `beyond`: what else was read with the text. */
function finds(search: TextSearch, text: string, cuts: readonly number[], beyond = ""): boolean {
  const bytes = latin1Bytes(`ab${text}${beyond}`);
  let met = 0;
  let from = 0;
  for (const end of [...cuts, text.length]) {
    const to = Math.min(Math.max(end, from), text.length);
    met = search.after(met, bytes, from + 2, to + 2);
    from = to;
  }
  return met === search.length;
}

/** Of few letters, so that much of the text is met again and again. */
const unit = fc.constantFrom("a", "b", "\xff");
const looked = fc.string({ unit, minLength: 1, maxLength: 8 });
const tail = fc.string({ unit, maxLength: 9 });
const body = fc.oneof(
  fc.string({ unit, maxLength: 40 }),
  fc.string({ unit, minLength: 100, maxLength: 200 }),
  fc.tuple(fc.integer({ min: 60, max: 90 }), tail).map(([count, end]) => "c".repeat(count) + end),
);
const cuts = fc.array(fc.nat(200), { maxLength: 5 }).map((ends) => ends.sort((a, b) => a - b));

test("a text is found where it is, whole, byte by byte and in pieces", () => {
  fc.assert(
    fc.property(looked, body, tail, cuts, (text, before, after, ends) => {
      const search = new TextSearch(latin1Bytes(text));
      const within = Array.from(text, (_, at) => [before.length + at]);
      for (const whole of [before, before + after, before + text + after]) {
        const expected = [whole, whole.includes(text)];
        const bytewise = Array.from(whole, (_, at) => at);
        for (const pieces of [[], ends, bytewise, ...within])
          for (const beyond of ["", "ab"])
            expect([whole, finds(search, whole, pieces, beyond)]).toEqual(expected);
      }
    }),
    { numRuns: 1000 },
  );
});
