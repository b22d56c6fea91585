/** Every answer and every check: what plain JavaScript says of the whole, however it is cut. */
import { expect, test } from "bun:test";
import { bodyFault, headerFault, parseChecks } from "@nightjar/core/plan/check.ts";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import fc from "fast-check";
import { makeAnswerReader } from "./answer-reader.ts";
import type { ResponseParser } from "./response-parser.ts";
import { everyByte, readResponse } from "./response-reading.ts";

interface Line {
  readonly name: string;
  /** One line of the head, or several: a folded value. */
  readonly parts: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly head: boolean;
  readonly lines: readonly Line[];
  readonly trailers: readonly Line[];
  readonly interim: readonly Line[];
  readonly framing: "length" | "chunked" | "close";
  readonly body: string;
  readonly sizes: readonly number[];
}

const name = fc.constantFrom("x-a", "X-A", "x-b", "X-Number", "server-timing", "x", "x-abc");
const value = fc.constantFrom("", "a", "ab", "b a", "12", "0.5", "n;dur=3", "m;dur=4, n", "\xe9");
const line = fc.record({
  name,
  parts: fc.oneof({ weight: 5, arbitrary: fc.tuple(value) }, fc.tuple(value, fc.constant("a"))),
});
const lines = fc.array(line, { maxLength: 4 });
const answer: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 204, 304, 503),
  head: fc.boolean(),
  lines,
  trailers: lines,
  interim: lines,
  framing: fc.constantFrom("length", "chunked", "close"),
  body: fc.string({
    unit: fc.constantFrom("a", "b", "\u20ac", "\n"),
    maxLength: 90,
    size: "max",
  }),
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
});

const headerCheck = fc.oneof(
  name,
  fc.tuple(name, value).map(([header, text]) => `${header}: ${text}`),
  fc.tuple(name, fc.constantFrom("^a", "b$", "\\d", "^$", "\xe9")).map((pair) => pair.join(": ~")),
);
const bodyCheck = fc.oneof(
  fc.constantFrom("contains:a", "contains:ab", "contains:\u20aca", "contains:bbb"),
  fc.constantFrom("regex:^a", "regex:a.b", "regex:[^ab]{2}", "regex:b$", "regex:^$"),
  fc.constantFrom("size:0", "size:>=10", "size:<=10", "size:3"),
);
const recordHeader = fc.constantFrom("x-a", "x-number:us", "server-timing", "server-timing/n");
const asked = fc.record({
  headers: fc.array(headerCheck, { maxLength: 3 }),
  body: fc.array(bodyCheck, { maxLength: 3 }),
  recordHeaders: fc.uniqueArray(recordHeader, { maxLength: 3 }),
});

function headOf(startLine: string, all: readonly Line[]): string {
  const text = all.map(({ name, parts }) => `${name}:${parts.join("\r\n  ")}\r\n`).join("");
  return `${startLine}\r\n${text}`;
}

/** Empty for an answer that has none. */
function bodyOf({ head, status, body }: Answer): Buffer {
  return Buffer.from(head || status === 204 || status === 304 ? "" : body);
}

function contentOf(written: Answer): Buffer {
  const body = bodyOf(written);
  if (written.framing !== "chunked" || body.length < written.body.length) return body;
  const chunks: Buffer[] = [];
  for (let at = 0, index = 0; at < body.length; index++) {
    const chunk = body.subarray(at, at + written.sizes[index % written.sizes.length]);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
    at += chunk.length;
  }
  const trailers = headOf("0", written.trailers);
  return Buffer.concat([...chunks, Buffer.from(`${trailers}\r\n`, "latin1")]);
}

function bytesOf(written: Answer): Uint8Array {
  const framed = {
    length: `Content-Length: ${Buffer.byteLength(written.body)}\r\n`,
    chunked: "Transfer-Encoding: chunked\r\n",
    close: "",
  }[written.framing];
  const interim = headOf("HTTP/1.1 103 Early Hints", written.interim);
  const head = headOf(`HTTP/1.1 ${written.status} X`, written.lines);
  const text = `${interim}\r\n${head}${framed}\r\n`;
  return Buffer.concat([Buffer.from(text, "latin1"), contentOf(written)]);
}

function valuesOf(written: Answer, header: string): string[] {
  return written.lines
    .filter((each) => each.name.toLowerCase() === header.toLowerCase())
    .map(({ parts }) => parts.join(" ").trim());
}

function headerPasses(check: string, values: readonly string[]): boolean {
  const wanted = /^[^:]+: ?(~?)(.*)$/s.exec(check);
  if (!wanted) return values.length > 0;
  const regex = new RegExp(wanted[2]);
  return values.some((each) => (wanted[1] === "~" ? regex.test(each) : each === wanted[2]));
}

function bodyPasses(check: string, body: Buffer): boolean {
  const text = body.toString();
  const [, kind, rest] = /^(\w+):(.*)$/s.exec(check) ?? [];
  if (kind === "contains") return text.includes(rest);
  if (kind === "regex") return new RegExp(rest, "u").test(text);
  const bytes = Number(/\d+/.exec(rest));
  if (rest.startsWith(">=")) return body.length >= bytes;
  return rest.startsWith("<=") ? body.length <= bytes : body.length === bytes;
}

function numberOf(text: string, values: readonly string[]): number {
  const metric = text.startsWith("server-timing") ? (text.split("/")[1] ?? "\\w") : undefined;
  const shape =
    metric === undefined ? /^(\d+(?:\.\d+)?)$/ : new RegExp(`${metric};dur=([\\d.]+)(?:,|$)`);
  const found = values.map((each) => shape.exec(each)?.[1]).find((each) => each !== undefined);
  return Number(found ?? Number.NaN) * (text.endsWith(":us") ? 1e3 : 1e6);
}

type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

function expectedOf(written: Answer, { headers, body, recordHeaders }: Asked): unknown {
  const checks = parseChecks({ status: "100-399", headers, body });
  const nameIn = (text: string) => text.split(/[:/]/)[0];
  const header = headers.findIndex(
    (check) => !headerPasses(check, valuesOf(written, nameIn(check))),
  );
  const content = bodyOf(written);
  const failed = header < 0 ? body.findIndex((check) => !bodyPasses(check, content)) : -1;
  const recorded = recordHeaders.map((text) => numberOf(text, valuesOf(written, nameIn(text))));
  if (header >= 0) {
    const [first] = valuesOf(written, nameIn(headers[header]));
    return { recorded, rejection: ["check-header", headerFault(checks.headers[header], first)] };
  }
  const sentence = failed < 0 ? null : bodyFault(checks.body[failed], content.length);
  return { recorded, rejection: sentence === null ? null : ["check-body", sentence] };
}

function seenBy({ rejection, recorded }: ResponseParser): unknown {
  return {
    recorded: Array.from(recorded),
    rejection: rejection && [rejection.kind, rejection.sentence()],
  };
}

test("checks and numbers are those of the whole answer", () => {
  const cuts = fc.array(fc.nat(500), { maxLength: 6 }).map((ends) => ends.sort((a, b) => a - b));
  const answers = fc.array(answer, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(answers, asked, cuts, (all, { headers, body, recordHeaders }, ends) => {
      const document = { targets: [{ url: "http://localhost/" }], checks: { headers, body } };
      const parser = makeAnswerReader(resolvePlan({ ...document, recordHeaders }))();
      for (const written of all) {
        const surplus = written.framing === "close" ? "" : "ab";
        const bytes = Buffer.concat([bytesOf(written), Buffer.from(surplus)]);
        const expected = expectedOf(written, { headers, body, recordHeaders });
        for (const pieces of [[], ends, everyByte(bytes)]) {
          readResponse(bytes, { parser, head: written.head, cuts: pieces });
          expect(parser.done || parser.end()).toBe(true);
          if (headers.length + body.length + recordHeaders.length > 0)
            expect(seenBy(parser)).toEqual(expected);
        }
      }
    }),
    { numRuns: 600 },
  );
});
