/** A plan and what generators can do: each feature of the table is asked for by some plan. */
import { describe, expect, test } from "bun:test";
import { type Plan, resolvePlan } from "../plan/plan.ts";
import { SIMULATED } from "../simulation/child.ts";
import type { Capabilities } from "./capabilities.ts";
import { FEATURES, type Feature, needsOf } from "./feature.ts";
import { objectionsTo, refuseUnsuitable } from "./suitability.ts";

const URL = "http://127.0.0.1:8080/";
const SECURE = "https://127.0.0.1:8443/";
const withTarget = (target: object) => ({ targets: [{ url: URL, ...target }] });

function plan(document: object = {}): Plan {
  return resolvePlan({ ...withTarget({}), load: { rate: 100 }, ...document });
}

/** A plan that needs it, and the others that come with it. */
const ASKING: Record<Feature, [document: object, alsoNeeds?: Feature[]]> = {
  targets: [{ targets: [{ url: URL }, { url: URL }] }],
  method: [withTarget({ method: "PUT" })],
  headers: [withTarget({ headers: { "X-A": "1" } })],
  "secret-headers": [withTarget({ headers: { Authorization: "Bearer x" } }), ["headers"]],
  body: [withTarget({ body: "x" })],
  templates: [withTarget({ url: `${URL}{{seq}}` })],
  stages: [{ load: { stages: [{ duration: "1s", rate: 5 }] } }],
  requests: [{ load: { rate: 100, requests: 5 } }],
  "max-backlog": [{ load: { rate: 100, maxBacklog: 999 } }],
  warmup: [{ warmup: "1s" }],
  "keep-alive-off": [{ connection: { keepAlive: false } }],
  "max-requests": [{ connection: { maxRequests: 5 } }],
  reuse: [{ connection: { reuse: "mru" } }],
  prefetch: [{ connection: { prefetch: true } }],
  "address-family": [{ connection: { addressFamily: "ipv4" } }],
  resolve: [
    {
      ...withTarget({ url: "http://a.test:80/" }),
      connection: { resolve: ["a.test:80:127.0.0.1"] },
    },
  ],
  unix: [{ connection: { unix: "/tmp/socket" } }],
  proxy: [{ connection: { proxy: "http://127.0.0.1:3128" } }],
  tls: [withTarget({ url: SECURE }), ["tls-verification"]],
  "tls-verification": [withTarget({ url: SECURE }), ["tls"]],
  "tls-insecure": [{ ...withTarget({ url: SECURE }), tls: { insecure: true } }, ["tls"]],
  "ca-cert": [
    { ...withTarget({ url: SECURE }), tls: { caCert: "ca.pem" } },
    ["tls", "tls-verification"],
  ],
  sni: [{ ...withTarget({ url: SECURE }), tls: { sni: "a.test" } }, ["tls", "tls-verification"]],
  "tls-min": [{ ...withTarget({ url: SECURE }), tls: { min: "1.3" } }, ["tls", "tls-verification"]],
  "client-cert": [
    { ...withTarget({ url: SECURE }), tls: { cert: "c.pem", key: "k.pem" } },
    ["tls", "tls-verification"],
  ],
  "resumption-off": [
    { ...withTarget({ url: SECURE }), tls: { resumption: false } },
    ["tls", "tls-verification"],
  ],
  "ok-status": [{ checks: { status: "200" } }],
  "check-headers": [{ checks: { headers: ["X-A"] } }],
  "check-body": [{ checks: { body: ["contains:x"] } }],
  "record-headers": [{ recordHeaders: ["x-time"] }],
  "number-header": [{ numberHeader: "x-i" }],
  "stop-on": [{ stopOn: ["errors > 10%"] }],
  probe: [{ probe: true }],
  workers: [{ workers: 2 }],
};

/** Of a simple tool that measures service alone. */
const PLAIN: Capabilities = {
  ...SIMULATED,
  name: "plain",
  models: ["open"],
  arrivals: ["constant"],
  features: ["headers"],
  latency: "service",
  columns: ["service"],
};

test("a plain plan needs nothing beyond the common", () => {
  expect(needsOf(plan())).toEqual([]);
});

describe("each feature", () => {
  test.each([...FEATURES])("%s is seen where a plan asks for it", (feature) => {
    const [document, others = []] = ASKING[feature];
    const needs = needsOf(plan(document)).map((need) => need.feature);
    expect(needs.sort()).toEqual([feature, ...others].sort());
  });

  test("and whoever has all of them does all of these plans", () => {
    for (const [document] of Object.values(ASKING)) {
      expect(objectionsTo(plan(document), { capabilities: SIMULATED })).toEqual([]);
    }
  });
});

describe("objections", () => {
  const against = (document: object) => objectionsTo(plan(document), { capabilities: PLAIN });

  test.each([
    [{ load: { rate: "max" } }, ["load", "rate"], "plain has no closed loop"],
    [
      { load: { rate: 100, arrivals: "poisson" } },
      ["load", "arrivals"],
      "plain has no poisson arrivals, found poisson",
    ],
    [
      { thresholds: ["errors < 1%", "p99 < 5ms"] },
      ["thresholds", 1],
      'plain does not measure response, found "p99 < 5ms"',
    ],
    [
      { checks: { status: "200" } },
      ["checks", "status"],
      "plain cannot do statuses of its own that count as ok",
    ],
  ])("%j", (document, path, message) => {
    expect(against(document)).toMatchObject([{ path, message }]);
  });

  test.each([
    [{ load: { rate: 5 } }, ["load", "rate"]],
    [{ load: { stages: [{ duration: "1s", rate: "5" }] } }, ["load", "stages"]],
  ])("an open loop where there is none, by what makes it one: %j", (document, path) => {
    const capabilities: Capabilities = { ...SIMULATED, models: ["closed"], arrivals: [] };
    const found = objectionsTo(plan(document), { capabilities });
    expect(found).toEqual([
      { path, message: "simulated has no open loop", nearest: "load.rate: max (closed loop)" },
    ]);
  });

  test("a secret, by its header", () => {
    const document = withTarget({ headers: { "X-A": "1", Authorization: "Bearer x" } });
    expect(against(document)).toMatchObject([
      { path: ["targets", 0, "headers", "Authorization"], nearest: "leave Authorization out" },
    ]);
  });

  test("what it measures it may be judged by", () => {
    expect(
      against({ thresholds: ["p99(service) < 5ms"], ...withTarget({ headers: { "X-A": "1" } }) }),
    ).toEqual([]);
  });

  test("rules of its own come where nothing else stands against the plan", () => {
    const rules = () => [{ path: ["load", "rate"], message: "no", nearest: "load.rate: 5" }];
    const candidate = { capabilities: PLAIN, rules };
    expect(objectionsTo(plan(), candidate)).toHaveLength(1);
    expect(objectionsTo(plan({ warmup: "1s" }), candidate)[0].path).toEqual(["warmup"]);
  });
});

test("the refusal names place, nearest plan, and who can do it", () => {
  const asked = plan({ warmup: "1s", probe: true });
  const refuse = (others: Capabilities[]) => () =>
    refuseUnsuitable(
      asked,
      { capabilities: PLAIN },
      others.map((capabilities) => ({ capabilities })),
    );
  expect(refuse([PLAIN, SIMULATED])).toThrow(
    expect.objectContaining({
      message: "warmup: plain cannot do a warm-up (and 1 more: probe: plain cannot do a probe)",
      hint: "leave warmup out; simulated can",
    }),
  );
  expect(refuse([PLAIN])).toThrow(
    expect.objectContaining({ hint: "leave warmup out; no generator can do this plan" }),
  );
});
