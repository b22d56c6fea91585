/** The grammar of checks, and the sentences about answers that fail them. */
import { describe, expect, test } from "bun:test";
import { NightjarError } from "../errors.ts";
import { bodyFault, type Checks, headerFault, parseChecks } from "./check.ts";
import { redactPlan, resolvePlan } from "./plan.ts";

const target = { url: "http://localhost/" };

function checksOf(checks: object): Checks {
  return parseChecks(resolvePlan({ targets: [target], checks }).checks);
}

function refusalOf(checks: object): NightjarError {
  try {
    resolvePlan({ targets: [target], checks });
  } catch (error) {
    if (error instanceof NightjarError) return error;
    throw error;
  }
  throw new Error(`not refused: ${JSON.stringify(checks)}`);
}

describe("statuses that are ok", () => {
  test.each([
    ["100-399", [100, 200, 304, 399], [99, 400, 503, 599]],
    ["200", [200], [199, 201, 599]],
    [404, [404], [200, 403, 405]],
    ["200,404", [200, 404], [201, 403, 405]],
    ["200-204,500-599", [200, 204, 500, 599], [199, 205, 499]],
  ])("%s", (status, ok, others) => {
    const { okStatus } = checksOf({ status });
    expect(ok.map((code) => okStatus[code])).toEqual(ok.map(() => 1));
    expect(others.map((code) => okStatus[code])).toEqual(others.map(() => 0));
  });

  test.each([
    ["299-200", "checks.status: a range goes upwards, found 299-200"],
    ["20x", "checks.status: write 200, 200-299 or 200,404"],
    ["200 - 299", "checks.status: write 200, 200-299 or 200,404"],
    ["600", "checks.status: write 200, 200-299 or 200,404"],
    ["", "checks.status: write 200, 200-299 or 200,404"],
    [600, "checks.status: at most 599 is wanted, found 600"],
    [[200, 404], "checks.status: a text is wanted, or a number is wanted, found [200,404]"],
  ])("%j is refused", (status, message) =>
    expect(refusalOf({ status }).message).toStartWith(message),
  );
});

describe("checks of headers", () => {
  test("are there, equal or match", () => {
    const { headers } = checksOf({
      headers: ["X-Cache", "x-cache:  HIT ", "x-cache: ~^H", "via: a:b", "empty:", "x: caf\xe9"],
    });
    const seen = headers.map((check) =>
      check.kind === "matches" ? { ...check, pattern: check.pattern.source } : check,
    );
    expect(seen).toEqual([
      { name: "x-cache", kind: "present" },
      { name: "x-cache", kind: "equals", value: "HIT" },
      { name: "x-cache", kind: "matches", pattern: "^H" },
      { name: "via", kind: "equals", value: "a:b" },
      { name: "empty", kind: "equals", value: "" },
      { name: "x", kind: "equals", value: "caf\xe9" },
    ]);
  });

  test.each([
    ["a b", '"a b" is not the name of a header', "allowed: NAME, NAME: VALUE, NAME: ~REGEX"],
    [": x", '"" before the colon is not the name of a header', "allowed: NAME"],
    ["x: ~(", "not a regex: ", "without (?=…)"],
    ["x: ~", "the regex is empty", undefined],
    ["x: a\nb: c", 'the value for "x" is more than a header can hold', "Latin-1"],
    ["x: \u20ac", 'the value for "x" is more than a header can hold', "Latin-1"],
  ])("%j is refused", (text, message, hint) => {
    const refusal = refusalOf({ headers: ["x", text] });
    expect(refusal.message).toStartWith(`checks.headers[1]: ${message}`);
    expect(refusal.hint ?? "").toContain(hint ?? "");
  });
});

describe("checks of bodies", () => {
  test("contain, match or have a size", () => {
    const { body } = checksOf({
      body: ["contains: ok:1", "regex:a.c", "size:5", "size:>=5", "size: <= 5 "],
    });
    const seen = body.map((check) =>
      check.kind === "regex" ? { ...check, pattern: check.pattern.source } : check,
    );
    expect(seen).toEqual([
      { kind: "contains", text: " ok:1" },
      { kind: "regex", pattern: "a.c" },
      { kind: "size", operator: "", bytes: 5 },
      { kind: "size", operator: ">=", bytes: 5 },
      { kind: "size", operator: "<=", bytes: 5 },
    ]);
  });

  test.each([
    ["contain:ok", 'unknown check "contain" (did you mean "contains"?)', "allowed: contains:TEXT"],
    ["ok", 'unknown check "ok"', "allowed: contains:TEXT, regex:REGEX, size:N"],
    ["contains:", "nothing stands behind contains:", "allowed: "],
    ["regex:[a", "not a regex: ", "without (?=…)"],
    ["regex:(?!a)b", "not a regex: (?=…) and its kin are not known here", "without (?=…)"],
    ["size:>5", 'a size is N, >=N or <=N bytes, found ">5"', undefined],
    ["size:5.5", 'a size is N, >=N or <=N bytes, found "5.5"', undefined],
    ["size:1234567890123456", "a size is N, >=N or <=N bytes", undefined],
  ])("%j is refused", (text, message, hint) => {
    const refusal = refusalOf({ body: [text] });
    expect(refusal.message).toStartWith(`checks.body[0]: ${message}`);
    expect(refusal.hint ?? "").toContain(hint ?? "");
  });
});

describe("what is said of an answer that fails", () => {
  const long = "x".repeat(80);

  test.each([
    ["x-a", undefined, 'header "x-a" is missing'],
    ["X-A: b", undefined, 'header "x-a" is missing'],
    ["x-a: b", 'c"', 'header "x-a" is "c\\"", not "b"'],
    ["x-a: ~^b", "c", 'header "x-a" is "c", which does not match /^b/'],
    ["x-a: b", long, `header "x-a" is "${"x".repeat(59)}…", not "b"`],
    ["set-cookie: b", "session=7", 'header "set-cookie" is not what the check wants'],
    ["x-api-key: ~b", "7", 'header "x-api-key" is not what the check wants'],
  ])("%s, found %p", (text, found, sentence) => {
    const { headers } = checksOf({ headers: [text] });
    expect(headerFault(headers[0], found)).toBe(sentence);
  });

  test.each([
    ["contains:ok", 'body of 12 bytes does not contain "ok"'],
    [`contains:${long}`, `body of 12 bytes does not contain "${"x".repeat(59)}…"`],
    ["regex:o.k", "body of 12 bytes does not match /o.k/"],
    [`regex:${long}`, `body of 12 bytes does not match /${"x".repeat(60)}…/`],
    ["size:20", "body of 12 bytes is not 20"],
    ["size:>=20", "body of 12 bytes is less than 20"],
    ["size:<=2", "body of 12 bytes is more than 2"],
  ])("%s", (text, sentence) => {
    const { body } = checksOf({ body: [text] });
    expect(bodyFault(body[0], 12)).toBe(sentence);
  });
});

test("a wanted value that may be a secret is not shown", () => {
  const headers = ["x-a: b", "Set-Cookie: ~session=7", "x-api-key", "x-token:9"];
  const plan = redactPlan(resolvePlan({ targets: [target], checks: { headers } }));
  expect(plan.checks.headers).toEqual([
    "x-a: b",
    "Set-Cookie: [redacted]",
    "x-api-key",
    "x-token: [redacted]",
  ]);
});
