import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PlanRefusal } from "./plan-place.ts";
import { escapeBraces, parseTemplates, type Segment } from "./template.ts";

const PLACE = { path: ["targets", 0, "body"] };

function parse(text: string): Segment[] {
  return parseTemplates(text, PLACE);
}

/** Texts as they are, templates as what they are. */
function shapeOf(text: string): unknown[] {
  return parse(text).map((one) => (typeof one === "string" ? one : one.template));
}

function refusalOf(text: string, isSecret = false): PlanRefusal {
  try {
    parseTemplates(text, { ...PLACE, isSecret });
  } catch (error) {
    if (error instanceof PlanRefusal) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

const SEQ = { kind: "seq" };

describe("a text is cut at its templates", () => {
  test.each([
    ["", []],
    ["plain", ["plain"]],
    ["{{seq}}", [SEQ]],
    ["a{{seq}}b{{uuid}}", ["a", SEQ, "b", { kind: "uuid" }]],
    ["{{seq}}{{seq}}", [SEQ, SEQ]],
    ["{{ \t seq  }}", [SEQ]],
    ["{{randInt 1 100}}", [{ kind: "randInt", min: 1, max: 100 }]],
    ["{{randInt -5 -5}}", [{ kind: "randInt", min: -5, max: -5 }]],
    ["{{randInt 0 9007199254740991}}", [{ kind: "randInt", min: 0, max: Number.MAX_SAFE_INTEGER }]],
    ["{{env HOME_2}}", [{ kind: "env", name: "HOME_2" }]],
    ['{"a":{"b":{{seq}}}}', ['{"a":{"b":', SEQ, "}}"]],
    ["}} { } {x}", ["}} { } {x}"]],
    ["{{{{", ["{{"]],
    ["{{{{seq}}", ["{{seq}}"]],
    ["{{{{{{seq}}", ["{{", SEQ]],
    ["{{{{{{{{", ["{{{{"]],
    ["a\n{{seq}}\nb", ["a\n", SEQ, "\nb"]],
  ])("%j", (text, shape) => {
    expect(shapeOf(text)).toEqual(shape);
  });
});

describe("what is no template is refused with its place", () => {
  test.each([
    ["{{uid}}", 'column 1: "uid" is no template (did you mean "uuid"?)'],
    ["x {{Seq}}", 'column 3: "Seq" is no template (did you mean "seq"?)'],
    ["a\nbc{{ranInt 1 2}}", 'line 2, column 3: "ranInt" is no template (did you mean "randInt"?)'],
    ["{{}}", 'column 1: "" is no template'],
    ["{{{seq}}", 'column 1: "{seq" is no template'],
    ["{{constructor}}", 'column 1: "constructor" is no template'],
    [`{{${"x".repeat(99)}}}`, `column 1: "${"x".repeat(37)}…" is no template`],
    ["{{seq", "column 1: {{ is not closed by }}"],
    ["{{{{{{", "column 5: {{ is not closed by }}"],
    ["{{seq 5}}", "column 1: seq is written without arguments"],
    ["{{uuid 4}}", "column 1: uuid is written without arguments"],
    ["{{randInt}}", "column 1: randInt takes two whole numbers"],
    ["{{randInt 5}}", "column 1: randInt takes two whole numbers"],
    ["{{randInt 1 2 3}}", "column 1: randInt takes two whole numbers"],
    ["{{randInt 1 2.5}}", "column 1: randInt takes two whole numbers"],
    ["{{randInt 1 1e3}}", "column 1: randInt takes two whole numbers"],
    ["{{randInt 9 1}}", "column 1: randInt takes the least number first, and 9 is above 1"],
    ["{{randInt 0 9007199254740992}}", "column 1: randInt goes from -9007199254740991 to"],
    ["{{randInt -9007199254740991 1}}", "column 1: randInt draws from at most 2^53 numbers"],
    ["{{env}}", "column 1: env takes the name of one environment variable"],
    ["{{env A B}}", "column 1: env takes the name of one environment variable"],
    ["{{env 1A}}", "column 1: env takes the name of one environment variable"],
    ["{{env A-B}}", "column 1: env takes the name of one environment variable"],
  ])("%j", (text, message) => {
    const refusal = refusalOf(text);
    expect(refusal.message).toStartWith(`targets[0].body: ${message}`);
    expect(refusal.hint).toStartWith("allowed: {{uuid}}, {{seq}}, {{randInt MIN MAX}}, {{env");
    expect(refusal.path).toEqual(PLACE.path);
  });

  test("a secret is not repeated", () => {
    expect(refusalOf("Bearer {{s3cret}}", true).message).not.toContain("s3cret");
  });
});

test("any text, escaped, is one literal again", () => {
  const text = fc.string({ unit: fc.constantFrom("{", "}", "{{", "}}", "a", "é", "\n", " ") });
  fc.assert(
    fc.property(text, (literal) => {
      expect(parse(escapeBraces(literal))).toEqual(literal === "" ? [] : [literal]);
    }),
  );
});

test("segments are the text, in order", () => {
  const piece = fc.constantFrom("a", "}}", "{{{{", "{{seq}}", "{{ env A }}", "{{randInt 1 2}}");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const written = parse(pieces.join("")).map((one) =>
        typeof one === "string" ? escapeBraces(one) : one.source,
      );
      expect(written.join("")).toBe(pieces.join(""));
    }),
  );
});
