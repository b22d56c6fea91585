/** Requests with templates: every byte, as another reading of the same texts makes it. */
import { describe, expect, test } from "bun:test";
import type { Target } from "@nightjar/core/plan/target-schema.ts";
import { drawUuidWord, drawWhole } from "@nightjar/core/plan/template-draw.ts";
import { RequestParser } from "@nightjar/origin/parser.ts";
import { Request } from "@nightjar/origin/request.ts";
import fc from "fast-check";
import { makeRequest, type RequestOptions } from "./request.ts";
import type { RequestTemplate } from "./request-template.ts";

const NUMBER = "X-Number";
const ENV: Readonly<Record<string, string>> = { A: "a b/é", EMPTY: "" };
const assets = Object.fromEntries(
  Object.entries(ENV).map(([name, value]) => [`env:${name}`, new TextEncoder().encode(value)]),
);

function target(path: string, more: Partial<Target> = {}): Target {
  return { url: `http://a.example${path}`, weight: 1, method: "POST", headers: {}, ...more };
}

function make(to: Target, more: Partial<RequestOptions> = {}): RequestTemplate {
  return makeRequest(to, { seed: 7, assets, ...more });
}

function rendered(template: RequestTemplate, i: number): Buffer {
  template.render(i);
  return Buffer.from(template.bytes.slice(0, template.length));
}

function hex(seed: number, occurrence: number, i: number): string {
  const words = [0, 1, 2, 3].map((at) => drawUuidWord(seed, occurrence, i, at) >>> 0);
  const digits = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Fills texts in, one after another, as they are sent. */
class Reading {
  private occurrence = 0;

  constructor(
    private readonly seed: number,
    private readonly i: number,
  ) {}

  fill(text: string, encode: (value: string) => string = (value) => value): string {
    return text.replace(/\{\{\{\{|\{\{(.*?)\}\}/g, (whole, inner?: string) => {
      if (whole === "{{{{" || inner === undefined) return "{{";
      const [kind, a, b] = inner.trim().split(" ");
      if (kind === "seq") return String(this.i);
      if (kind === "env") return encode(ENV[a]);
      const { seed, i } = this;
      if (kind === "uuid") return hex(seed, this.occurrence++, i);
      return String(drawWhole(seed, this.occurrence++, i, Number(a), Number(b) - Number(a) + 1));
    });
  }
}

/** `numberHeader`: of the request, if it has one. */
function expected({ url, method, headers, body }: Target, i: number, numberHeader?: string) {
  const reading = new Reading(7, i);
  const lines = [
    `${method} ${reading.fill(url.replace("http://a.example", ""), encodeURIComponent)} HTTP/1.1`,
    "Host: a.example",
    "User-Agent: nightjar",
    "Accept: */*",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${reading.fill(value)}`),
  ];
  const bodyBytes = Buffer.from(reading.fill(body ?? ""));
  if (bodyBytes.length > 0 || method === "POST") lines.push(`Content-Length: ${bodyBytes.length}`);
  if (numberHeader) lines.push(`${numberHeader}: ${String(i).padStart(16)}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bodyBytes]);
}

const piece = fc.constantFrom(
  ...["a", "-", "x=1&y", "}}", "{{{{", "0".repeat(99)],
  ...["{{seq}}", "{{uuid}}", "{{env A}}", "{{env EMPTY}}"],
  ...["{{randInt 0 0}}", "{{randInt 1 100}}", "{{randInt -12 12}}", "{{randInt -100 -9}}"],
  ...["{{randInt 0 9007199254740991}}", "{{randInt -9007199254740991 0}}"],
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
const number = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(1200),
  fc.constantFrom(9, 10, 99, 100, 999, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 1e12 - 1),
);

test("the bytes are those of the texts, whatever stood there before, and can be read", () => {
  const drawn = fc.record({
    path: text,
    headers: fc.record({ "x-a": text, "x-b": text }),
    body: fc.option(
      text.map((written) => `é${written}`),
      { nil: undefined },
    ),
    method: fc.constantFrom("GET", "POST"),
    numberHeader: fc.constantFrom(undefined, NUMBER),
  });
  const request = new Request();
  const parser = new RequestParser(NUMBER);
  fc.assert(
    fc.property(drawn, fc.array(number, { minLength: 1, maxLength: 8 }), (written, numbers) => {
      const { path, numberHeader, ...more } = written;
      // In a path a brace is percent-encoded, in a query it is not.
      const to = target(`/?q=${path}`, more);
      const template = make(to, { numberHeader });
      for (const i of numbers) {
        const bytes = rendered(template, i);
        expect(bytes.toString("latin1")).toBe(expected(to, i, numberHeader).toString("latin1"));
        // Longer numbers the test server does not read.
        if (numberHeader && i >= 1e15) continue;
        const end = parser.parse(bytes, 0, request);
        expect(end + request.bodyBytes).toBe(bytes.length);
        expect(request.number).toBe(numberHeader ? i : -1);
      }
    }),
    { numRuns: 300 },
  );
});

describe("the length of the body is right where numbers become longer", () => {
  const body = '{"seq":{{seq}},"n":{{randInt -1 1}}}';
  test.each([
    [9, 10],
    [99, 100],
    [999, 1000],
    [999_999_999, 1_000_000_000],
    [2 ** 31 - 1, 2 ** 31],
  ])("from %d to %d and back", (before, after) => {
    const to = target("/{{seq}}", { body, headers: { "x-seq": "{{seq}}" } });
    const template = make(to, { numberHeader: NUMBER });
    for (const i of [before, after, before, after, before]) {
      expect(rendered(template, i).toString()).toBe(expected(to, i, NUMBER).toString());
    }
  });

  test("and where the length itself does", () => {
    const to = target("/", { body: `${"x".repeat(98)}{{seq}}tail` });
    const template = make(to);
    for (const i of [5, 12, 100_000, 7]) {
      const said = rendered(template, i).toString();
      expect(said).toContain(`\r\nContent-Length: ${102 + String(i).length}\r\n`);
      expect(said).toEndWith(`\r\n\r\n${"x".repeat(98)}${i}tail`);
    }
  });
});

test("randInt takes its least, zero, and its greatest, with their signs", () => {
  const template = make(target("/{{randInt -1 1}}", { method: "GET" }));
  const seen = new Set<string>();
  for (let i = 0; i < 100; i++) {
    seen.add(rendered(template, i).toString().split(" ", 2)[1]);
  }
  expect([...seen].sort()).toEqual(["/-1", "/0", "/1"]);
});

test("what is the same in each exchange is written once", () => {
  const template = make(target("/{{env A}}?{{env EMPTY}}", { body: "{{env A}}" }));
  const before = rendered(template, 0);
  expect(before.toString("latin1")).toStartWith("POST /a%20b%2F%C3%A9? HTTP/1.1\r\n");
  expect(before.toString()).toEndWith("\r\nContent-Length: 6\r\n\r\na b/é");
  expect(rendered(template, 12_345)).toEqual(before);
});

test("a variable that did not come, or would end its header, is refused", () => {
  const to = target("/", { headers: { "x-a": "{{env B}}" } });
  expect(() => make(to)).toThrow('"env:B" of the plan did not come with it');
  const smuggled = { "env:B": new TextEncoder().encode("a\r\nHost: b") };
  expect(() => make(to, { assets: smuggled })).toThrow("variable B holds a line break");
});

/** So small that not even an object of two words can have been made for each. */
const BYTES_EACH = 8;

test("rendering allocates nothing", () => {
  const script = new URL("./render-growth.ts", import.meta.url).pathname;
  // Nothing is collected, and nothing compiled beside: what is made stays.
  const env = { ...process.env, BUN_JSC_useGC: "0", BUN_JSC_useConcurrentJIT: "0" };
  const { stdout } = Bun.spawnSync([process.execPath, script], { env });
  const { renders, render, subarray } = JSON.parse(stdout.toString());
  expect(subarray / renders).toBeGreaterThan(2 * BYTES_EACH);
  expect(render / renders).toBeLessThan(BYTES_EACH);
});
