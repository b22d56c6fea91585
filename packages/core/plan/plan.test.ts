import { expect, test } from "bun:test";
import fc from "fast-check";
import { NightjarError } from "../errors.ts";
import { redactPlan, resolvePlan } from "./plan.ts";
import { PlanRefusal } from "./plan-place.ts";
import { type PlanDocument, planJsonSchema } from "./plan-schema.ts";
import { timing } from "./timing.ts";

const target = { url: "http://localhost:8080/cart?id=1" };
const minimal: PlanDocument = { targets: [target] };

function refusalOf(document: unknown): NightjarError {
  try {
    resolvePlan(document);
  } catch (error) {
    if (error instanceof NightjarError) return error;
    throw error;
  }
  throw new Error(`not refused: ${JSON.stringify(document)}`);
}

const rate = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: 1, max: 10_000_000 }),
  fc.constantFrom("500/s", "30/m", "7/h", "0.5"),
);
const open = fc.record({
  rate,
  arrivals: fc.constantFrom("constant", "poisson"),
  connections: fc.oneof(fc.constant("auto"), fc.integer({ min: 1, max: 1000 })),
  maxBacklog: fc.oneof(fc.constant("auto"), fc.nat(1000)),
  requests: fc.option(fc.integer({ min: 1, max: 1e12 }), { nil: undefined }),
});
const closed = fc.record({
  model: fc.constant("closed"),
  rate: fc.constantFrom(undefined, "max"),
  connections: fc.integer({ min: 1, max: 1000 }),
});
const duration = fc.constantFrom("1s", "90s", "1.5ms", "0.5h", "7ns", "60000000us", "1h1m1s");
const short = duration.filter((text) => !text.startsWith("1h"));
const templated = fc
  .array(
    fc.constantFrom(
      ...["a", "é", " ", "/", "?", "{a", "}", "{{{{", "%7B"],
      ...["{{seq}}", "{{ uuid }}", "{{randInt -1 9}}", "{{env A}}"],
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));
const targets = fc.array(
  fc.record(
    {
      url: templated.map((rest) => `http://localhost:8080/${rest}x`),
      headers: fc.record({ accept: templated, "x-b": templated }),
      body: templated,
      weight: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ["url"] },
  ),
  { minLength: 1, maxLength: 3 },
);
const document = fc.record(
  {
    targets: fc.oneof(fc.constant([target]), targets),
    load: fc.oneof(open, closed),
    duration,
    timeout: short,
    connectTimeout: short,
    drain: fc.oneof(short, fc.constant("0s")),
    seed: fc.nat(),
    labels: fc.dictionary(
      fc.string({ minLength: 1, maxLength: 5 }).filter((s) => !/\p{Cc}/u.test(s)),
      fc.string({ maxLength: 9 }),
    ),
    thresholds: fc.subarray(["p99 < 50ms", "errors < 1%", "rate > 3/m"]),
  },
  { requiredKeys: ["targets"] },
);

test("a resolved plan is a valid document, and resolves to itself, through JSON too", () => {
  fc.assert(
    fc.property(document, (written) => {
      const plan = resolvePlan(written);
      expect(resolvePlan(plan)).toEqual(plan);
      expect(resolvePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    }),
    { numRuns: 300 },
  );
});

test("the least document has every default", () => {
  const plan = resolvePlan(minimal);
  expect(plan).toMatchObject({
    load: { model: "open", rate: 100, arrivals: "constant", connections: 16, maxBacklog: 1000 },
    duration: "10s",
    warmup: "0s",
    timeout: "5s",
    connectTimeout: "5s",
    drain: "5s",
    seed: 1,
  });
  expect(timing(plan)).toMatchObject({ warmupNs: 0, endNs: 10e9, drainNs: 5e9 });
});

test("a plan is frozen to its depths", () => {
  const plan = resolvePlan({ ...minimal, labels: { a: "b" } });
  for (const part of [plan, plan.load, plan.targets, plan.targets[0].headers, plan.labels]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test("max means the closed loop, with fifty connections", () => {
  const plan = resolvePlan({ ...minimal, load: { rate: "max" } });
  expect(plan.load).toMatchObject({ model: "closed", rate: "max", connections: 50, maxBacklog: 0 });
});

test("requests end a run by themselves, or with a duration, whichever comes first", () => {
  expect(resolvePlan({ ...minimal, load: { requests: 5 } }).duration).toBe("unlimited");
  const both = resolvePlan({ ...minimal, load: { requests: 5 }, duration: "3s" });
  expect(timing(both).endNs).toBe(3e9);
});

test.each([
  [
    { ...minimal, lod: {} },
    'unknown key "lod" (did you mean "load"?)',
    ["lod"],
    "targets, protocol, load",
  ],
  [
    { ...minimal, load: { rte: 5 } },
    'unknown key "rte" in load (did you mean "rate"?)',
    ["load", "rte"],
    "allowed: model, rate, stages, arrivals",
  ],
  [
    { targets: [{ ...target, methd: "GET" }] },
    'unknown key "methd" in targets[0] (did you mean "method"?)',
    ["targets", 0, "methd"],
    "allowed: name, url, weight, method",
  ],
  [
    { ...minimal, tls: { insecur: true } },
    'unknown key "insecur" in tls (did you mean "insecure"?)',
    ["tls", "insecur"],
    "allowed: insecure, caCert, sni",
  ],
] as const)(
  "an unknown key is told with what is allowed: %j",
  (written, message, path, allowed) => {
    const refusal = refusalOf(written);
    expect(refusal).toBeInstanceOf(PlanRefusal);
    expect(refusal.message).toBe(message);
    expect((refusal as PlanRefusal).path).toEqual([...path]);
    expect(refusal.hint).toContain(allowed);
    expect([refusal.code, refusal.exitCode]).toEqual(["bad-plan", 2]);
  },
);

const load = (part: object, rest: object = {}) => ({ ...minimal, ...rest, load: part });
const withTarget = (part: object) => ({ targets: [{ ...target, ...part }] });

test.each([
  ["the plan", null],
  ["the plan", "http://localhost"],
  ["the plan", []],
  ["targets", {}],
  ["targets", { targets: [] }],
  ["targets", { targets: Array.from({ length: 101 }, () => target) }],
  ["targets[0].url", withTarget({ url: "localhost:8080/x" })],
  ["targets[0].url", withTarget({ url: "ftp://localhost/" })],
  ["targets[0].url", withTarget({ url: "http://" })],
  ["targets[0].url", withTarget({ url: "http://me:secret@localhost/" })],
  ["targets[0].method", withTarget({ method: "get it" })],
  ['targets[0].headers["a b"]', withTarget({ headers: { "a b": "c" } })],
  ["targets[0].headers.a", withTarget({ headers: { a: "b\r\nc: d" } })],
  ["targets[0].headers", withTarget({ headers: { "Content-Length": "5" } })],
  [
    "targets[0].headers",
    withTarget({
      headers: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`h${i}`, "x"])),
    }),
  ],
  ["targets[0]", withTarget({ body: "a", bodyFile: "b" })],
  ["load.rate", load({ rate: -5 })],
  ["load.rate", load({ rate: 0 })],
  ["load.rate", load({ rate: "0/s" })],
  ["load.rate", load({ rate: 1e9 })],
  ["load.rate", load({ rate: "99999999999/s" })],
  ["load.rate", load({ rate: "9".repeat(400) })],
  ["load.rate", load({ rate: Number.NaN })],
  ["load.rate", load({ rate: "quickly" })],
  ["load.rate", load({ model: "open", rate: "max" })],
  ["load.rate", load({ model: "closed", rate: 100 })],
  ["load.arrivals", load({ model: "closed", arrivals: "poisson" })],
  ["load.arrivals", load({ arrivals: "sometimes" })],
  ["load.connections", load({ connections: 0 })],
  ["load.connections", load({ connections: 1e9 })],
  ["load.connections", load({ connections: 1.5 })],
  ["load.requests", load({ requests: 0 })],
  ["load.requests", load({ requests: 1e15 })],
  ["load.maxBacklog", load({ maxBacklog: -1 })],
  ["duration", { ...minimal, duration: "0s" }],
  ["duration", { ...minimal, duration: "forever" }],
  ["duration", { ...minimal, duration: "unlimited" }],
  ["duration", { ...minimal, duration: "400h" }],
  ["duration", { ...minimal, duration: `${"9".repeat(400)}h` }],
  ["warmup", { ...minimal, warmup: `${"9".repeat(400)}h` }],
  ["warmup", { ...minimal, warmup: 5 }],
  ["warmup", load({ requests: 5 }, { warmup: "1s" })],
  ["timeout", { ...minimal, timeout: "0ms" }],
  ["timeout", { ...minimal, timeout: "2h" }],
  ["connectTimeout", { ...minimal, connectTimeout: "2h" }],
  ["drain", { ...minimal, drain: "2h" }],
  ["seed", { ...minimal, seed: -1 }],
  ["seed", { ...minimal, seed: 4294967296 }],
  ["workers", { ...minimal, workers: 1000 }],
  ["thresholds[1]", { ...minimal, thresholds: ["p99 < 1s", "p99 << 1s"] }],
  ["numberHeader", { ...minimal, numberHeader: "no spaces" }],
  ["name", { ...minimal, name: "" }],
])("%s: refused in one sentence", (where, written) => {
  const { message, code } = refusalOf(written);
  expect(code).toBe("bad-plan");
  expect(message.startsWith(`${where}: `)).toBe(true);
  expect(message.length).toBeLessThan(400);
  expect(message).not.toContain("\n");
});

test("what was found is shown", () => {
  expect(refusalOf(load({ connections: "many" })).message).toContain('found "many"');
  expect(refusalOf(load({ rate: "quickly" })).message).toContain("not a rate: write 2000");
});

test("secrets in headers are not shown, other headers are", () => {
  const headers = {
    Authorization: "Bearer abc",
    Cookie: "a=b",
    "X-Api-Key": "k",
    "x-auth-token": "t",
    "X-Session-Id": "s",
    Accept: "*/*",
  };
  const plan = resolvePlan(withTarget({ headers }));
  const shown = redactPlan(plan).targets[0].headers;
  expect(shown.Accept).toBe("*/*");
  expect(Object.values(shown).filter((value) => value === "[redacted]")).toHaveLength(5);
  expect(plan.targets[0].headers.Authorization).toBe("Bearer abc");
});

test("the JSON Schema has the document at its root", () => {
  expect(planJsonSchema()).toMatchObject({
    type: "object",
    required: ["targets"],
    $id: expect.any(String),
  });
});

test("the header of the number neither frames the request nor doubles one of the target's", () => {
  const url = "http://localhost/";
  for (const numberHeader of ["Content-Length", "transfer-encoding", "HOST"]) {
    expect(() => resolvePlan({ targets: [{ url }], numberHeader })).toThrow("frames the request");
  }
  const numbered = [{ url, headers: { "X-Number": "7" } }];
  expect(() => resolvePlan({ targets: numbered, numberHeader: "x-number" })).toThrow("already");
});
