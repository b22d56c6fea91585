/** Checks of answers and numbers in their headers, each whole and byte by byte. */
import { describe, expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { makeAnswerReader } from "./answer-reader.ts";
import { ObservingParser } from "./observing-parser.ts";
import { RememberingParser } from "./remembering-parser.ts";
import type { ResponseParser } from "./response-parser.ts";
import { answer, everyByte, latin1Bytes, readResponse } from "./response-reading.ts";

type Asked = Pick<PlanDocument, "checks" | "recordHeaders">;

function readerOf(asked: Asked): ResponseParser {
  return makeAnswerReader(resolvePlan({ targets: [{ url: "http://localhost/" }], ...asked }))();
}

interface Seen {
  readonly kind?: string;
  readonly sentence?: string;
  readonly recorded: number[];
}

function seenBy({ rejection, recorded }: ResponseParser): Seen {
  const numbers = { recorded: Array.from(recorded) };
  if (rejection === null) return numbers;
  return { ...numbers, kind: rejection.kind, sentence: rejection.sentence() };
}

/** Whole and byte by byte, which must come to the same. */
function read(asked: Asked, text: string, head = false): Seen {
  const parser = readerOf(asked);
  const bytes = latin1Bytes(text);
  expect(readResponse(bytes, { parser, head }).kind).toBe("done");
  const whole = seenBy(parser);
  expect(readResponse(bytes, { parser, head, cuts: everyByte(bytes) }).kind).toBe("done");
  expect(seenBy(parser)).toEqual(whole);
  return whole;
}

const rejected = (asked: PlanDocument["checks"], text: string, head = false) =>
  read({ checks: asked }, text, head).sentence;
const EMPTY = ["Content-Length: 0"];
const OK = answer(["Content-Length: 2"], "ok");

describe("the parser of a plan", () => {
  test("without checks and recorded headers need not see every head", () => {
    expect(readerOf({}).constructor).toBe(RememberingParser);
    expect(readerOf({ checks: { status: "200" } }).constructor).toBe(RememberingParser);
    const { rejection, recorded } = readerOf({});
    expect([rejection, recorded.length]).toEqual([null, 0]);
  });

  test.each<Asked>([
    { checks: { headers: ["a"] } },
    { checks: { body: ["size:1"] } },
    { recordHeaders: ["a"] },
  ])("with %j observes", (asked) => expect(readerOf(asked)).toBeInstanceOf(ObservingParser));
});

describe("a header", () => {
  test("is there or missing, in any capitals", () => {
    expect(rejected({ headers: ["X-a"] }, answer(["x-A:", ...EMPTY]))).toBeUndefined();
    expect(rejected({ headers: ["x-a"] }, answer(["x-ab: 1", "x: 1", ...EMPTY]))).toBe(
      'header "x-a" is missing',
    );
  });

  test("passes by one of its values, and the first is quoted where none does", () => {
    const lines = ["x-a: b", "y: c", "X-A: \t c d \t", ...EMPTY];
    expect(rejected({ headers: ["x-a: c d", "x-a: b", "y: ~^c$"] }, answer(lines))).toBeUndefined();
    expect(rejected({ headers: ["x-a: c"] }, answer(lines))).toBe('header "x-a" is "b", not "c"');
    expect(rejected({ headers: ["x-a: ~c$"] }, answer(lines))).toBe(
      'header "x-a" is "b", which does not match /c$/',
    );
  });

  test("may be one that frames the answer", () =>
    expect(rejected({ headers: ["content-length: 2", "connection: x"] }, OK)).toBe(
      'header "connection" is missing',
    ));

  test("may be folded: a fold is one blank", () => {
    const lines = ["x-a: b", "  c", "\t d", "y:", " z", ...EMPTY];
    expect(rejected({ headers: ["x-a: b c d", "y: z"] }, answer(lines))).toBeUndefined();
  });

  test("is Latin-1, in its value and in a regex", () => {
    const text = answer(["x: caf\xe9", ...EMPTY]);
    expect(rejected({ headers: ["x: caf\xe9", "x: ~^caf[\xe8-\xea]$"] }, text)).toBeUndefined();
  });

  test("may be as long as a head", () => {
    const long = "v".repeat(60_000);
    expect(rejected({ headers: [`x: ~^v+$`] }, answer([`x: ${long}`, ...EMPTY]))).toBeUndefined();
    expect(rejected({ headers: ["x: v"] }, answer([`x: ${long}`, ...EMPTY]))).toBe(
      `header "x" is "${"v".repeat(59)}…", not "v"`,
    );
  });

  test("of an interim answer or of trailers is not looked at", () => {
    const interim = "HTTP/1.1 103 Early Hints\r\nx-a: b\r\nserver-timing: t;dur=1\r\n\r\n";
    const chunked = answer(["Transfer-Encoding: chunked"], "0\r\nx-a: b\r\nx-n: 5\r\n\r\n");
    const asked = { checks: { headers: ["x-a"] }, recordHeaders: ["x-n", "server-timing"] };
    for (const text of [interim + OK, chunked, interim + chunked]) {
      const { sentence, recorded } = read(asked, text);
      expect([sentence, recorded]).toEqual(['header "x-a" is missing', [Number.NaN, Number.NaN]]);
    }
  });
});

describe("a body", () => {
  const chunked = answer(["Transfer-Encoding: chunked"], "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");

  test("is counted and searched without its chunks", () => {
    const body = ["size:5", "size:>=5", "size:<=5", "contains:bcd", "regex:^abcde$"];
    expect(rejected({ body }, chunked)).toBeUndefined();
    expect(rejected({ body: ["size:4"] }, chunked)).toBe("body of 5 bytes is not 4");
    expect(rejected({ body: ["contains:c\r"] }, chunked)).toBe(
      'body of 5 bytes does not contain "c\\r"',
    );
  });

  test("is UTF-8", () => {
    const euro = Buffer.from("3 \u20ac").toString("latin1");
    const text = answer([`Content-Length: ${euro.length}`], euro);
    expect(
      rejected({ body: ["contains:\u20ac", "regex:^\\d .$", "size:5"] }, text),
    ).toBeUndefined();
  });

  test("of any length is searched, and none of it is kept", () => {
    const long = `${"x".repeat(3_000_000)}end`;
    const bytes = latin1Bytes(answer([`Content-Length: ${long.length}`], long));
    const parser = readerOf({ checks: { body: ["contains:xend", "regex:x{3}end$"] } });
    const cuts = Array.from({ length: 50 }, (_, piece) => piece * 65_536);
    expect(readResponse(bytes, { parser, cuts }).kind).toBe("done");
    expect(parser.rejection).toBeNull();
  });

  test.each([
    ["an answer to HEAD", answer(["Content-Length: 5"]), true],
    ["204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false],
    ["304", "HTTP/1.1 304 Not Modified\r\n\r\n", false],
    ["length 0", answer(EMPTY), false],
  ])("of %s is empty", (_, text, head) => {
    expect(rejected({ body: ["size:0", "regex:^$"] }, text, head)).toBeUndefined();
    expect(rejected({ body: ["contains:o"] }, text, head)).toBe(
      'body of 0 bytes does not contain "o"',
    );
  });

  test("ends with the connection where it has no length", () => {
    const parser = readerOf({ checks: { body: ["contains:hello"] } });
    for (const [body, sentence] of [
      ["hello", undefined],
      ["hell", 'body of 4 bytes does not contain "hello"'],
    ] as const) {
      const bytes = latin1Bytes(answer([], body));
      expect(readResponse(bytes, { parser, cuts: everyByte(bytes) }).kind).toBe("waiting");
      expect(parser.end()).toBe(true);
      expect(parser.rejection?.sentence()).toBe(sentence);
    }
  });
});

describe("numbers in headers", () => {
  const recordHeaders = ["x-t", "x-us:us", "server-timing/db", "server-timing"];

  test("are read in their units, the first that is one", () => {
    const lines = ["X-T: soon", "x-t: 12.5", "x-t: 13", "x-us:7", "server-timing: miss"];
    const timing = ["Server-Timing: cache;dur=2,", " db;dur=3", "server-timing: db;dur=4"];
    expect(read({ recordHeaders }, answer([...lines, ...timing, ...EMPTY])).recorded).toEqual([
      12.5e6, 7000, 3e6, 2e6,
    ]);
  });

  test("are NaN where there is none", () => {
    const lines = ["x-t: 1, 2", "x-us:", "server-timing: db;desc=x", ...EMPTY];
    expect(read({ recordHeaders }, answer(lines)).recorded).toEqual(Array(4).fill(Number.NaN));
  });
});

test("headers are judged before the body, and each in the order of the plan", () => {
  const checks = { headers: ["x-a", "x-b"], body: ["size:3", "contains:x"] };
  const kindOf = (lines: string[], body: string) => {
    const { kind, sentence } = read({ checks }, answer([...lines, "Content-Length: 2"], body));
    return [kind, sentence];
  };
  expect(kindOf([], "ok")).toEqual(["check-header", 'header "x-a" is missing']);
  expect(kindOf(["x-a:"], "ok")).toEqual(["check-header", 'header "x-b" is missing']);
  expect(kindOf(["x-b:", "x-a:"], "ok")).toEqual(["check-body", "body of 2 bytes is not 3"]);
});

test("nothing of one answer is left for the next", () => {
  const checks = { headers: ["x-a: b"], body: ["contains:ok", "regex:o", "size:2"] };
  const parser = readerOf({ checks, recordHeaders: ["x-t"] });
  const seen = [
    answer(["x-a: b", "x-t: 1", "Content-Length: 2"], "ok"),
    answer(["x-a: c", "Content-Length: 2"], "ok"),
    answer(["x-a: b", "Content-Length: 2"], "o."),
    answer(["Content-Length: 2"], "ok"),
    answer(["x-t: 2", "x-a: b", "Content-Length: 2"], "ok"),
  ].map((text) => {
    readResponse(latin1Bytes(text), { parser });
    return seenBy(parser);
  });
  const none = { recorded: [Number.NaN] };
  const header = { ...none, kind: "check-header" };
  expect(seen).toEqual([
    { recorded: [1e6] },
    { ...header, sentence: 'header "x-a" is "c", not "b"' },
    { ...none, kind: "check-body", sentence: 'body of 2 bytes does not contain "ok"' },
    { ...header, sentence: 'header "x-a" is missing' },
    { recorded: [2e6] },
  ]);
});
