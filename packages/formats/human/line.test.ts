import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { flow, prose } from "./flow.ts";
import { cellsOf, clip, cut, foreign, line, render, span, widthOf } from "./line.ts";

const spans = fc.array(
  fc.tuple(fc.string({ unit: "grapheme" }), fc.constantFrom("plain", "bold", "faint" as const)),
  { maxLength: 6 },
);
const lines = spans.map((parts) => parts.map(([text, ink]) => span(foreign(text), ink)));
const plain = (of: ReturnType<typeof line>) => of.map(({ text }) => text).join("");

describe("cells", () => {
  test("never fewer than the terminal uses", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = foreign(text);
        expect(cellsOf(shown)).toBeGreaterThanOrEqual(Bun.stringWidth(shown));
      }),
    );
  });

  test("ours are one cell each", () => {
    const ours = "–…✓✗│┤└─┴░▁█⠒⣿·";
    expect(cellsOf(ours)).toBe(ours.length);
  });

  test("what others wrote cannot drive the terminal", () => {
    expect(foreign("a\u001b[31mb\u0007\u202ec\td\r\ne")).toBe("a·[31mb··c d e");
  });
});

describe("cutting", () => {
  test("a cut line is the line", () => {
    fc.assert(
      fc.property(lines, fc.nat(30), (of, cells) => {
        const [head, rest] = cut(of, cells);
        expect(plain(head) + plain(rest)).toBe(plain(of));
        expect(widthOf(head)).toBeLessThanOrEqual(cells);
      }),
    );
  });

  test("a clipped line fits", () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 30 }), (of, cells) => {
        expect(widthOf(clip(of, cells))).toBeLessThanOrEqual(cells);
      }),
    );
    expect(plain(clip(line("abcdef"), 4))).toBe("abc…");
  });
});

describe("flow", () => {
  test("no row is wider than the columns, and no word is lost", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 10, max: 60 }),
        (text, columns) => {
          const words = foreign(text);
          const rows = prose(line("  > "), words, columns);
          for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(columns);
          const joined = rows.map((row) => plain(row).slice(4)).join("");
          expect(joined.replaceAll(" ", "")).toBe(words.replaceAll(" ", ""));
        },
      ),
    );
  });

  test("rows after the first are indented by the lead", () => {
    const rows = flow(line("ab "), [line("one"), line("two"), line("three")], 10, " ");
    expect(rows.map(plain)).toEqual(["ab one two", "   three"]);
  });
});

describe("rendering", () => {
  test("without trailing spaces, in colour too", () => {
    const of = [span("a ", "bold"), span("  ", "plain"), span(" ", "faint")];
    expect(render([of, []], false)).toBe("a\n\n");
    expect(render([of], true)).toBe("\u001b[1ma\u001b[0m\n");
  });
});
