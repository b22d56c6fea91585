import { describe, expect, test } from "bun:test";
import { NightjarError } from "../errors.ts";
import { redactPlan, resolvePlan } from "./plan.ts";
import type { PlanDocument } from "./plan-schema.ts";

const target = { url: "http://localhost:8080/cart?id=1" };
const withTarget = (part: object): PlanDocument => ({ targets: [{ ...target, ...part }] });
function refusalOf(document: PlanDocument): NightjarError {
  try {
    resolvePlan(document);
  } catch (error) {
    if (error instanceof NightjarError) return error;
    throw error;
  }
  throw new Error("not refused");
}

const MOST_BYTES = 8 * 2 ** 20;
const PROXY = "http://127.0.0.1:3128";

describe("refused, with its place", () => {
  test.each([
    ["targets[0]: body and bodySize", withTarget({ body: "a", bodySize: 1 })],
    ["targets[0]: at most 1000 templates", withTarget({ body: "{{seq}}".repeat(1001) })],
    ["targets[0].bodySize: at least 0", withTarget({ bodySize: -1 })],
    ["targets[0].bodySize: at most 8388608", withTarget({ bodySize: MOST_BYTES + 1 })],
    [
      "targets[4].bodySize: at most 33554432 bytes for all targets together",
      { targets: Array.from({ length: 5 }, () => ({ ...target, bodySize: MOST_BYTES })) },
    ],
    ["targets[0].url: column 18: ", withTarget({ url: "http://localhost/{{uid}}" })],
    ["targets[0].url: column 8: ", withTarget({ url: "http://{{env HOST}}/" })],
    ["targets[0].headers.a: column 1: ", withTarget({ headers: { a: "{{seq" } })],
    [
      'targets[0].headers["{{seq}}"]: a header\'s name holds no templates',
      withTarget({ headers: { "{{seq}}": "a" } }),
    ],
    ["targets[0].body: column 1: ", withTarget({ body: "{{randInt 2 1}}" })],
    [
      "connection.proxyHeaders.a: column 1: seq changes with the exchange",
      { ...withTarget({}), connection: { proxy: PROXY, proxyHeaders: { a: "{{seq}}" } } },
    ],
    [
      'numberHeader: "x-a" is among the headers for the proxy already',
      {
        ...withTarget({}),
        connection: { proxy: PROXY, proxyHeaders: { "X-A": "1" } },
        numberHeader: "x-a",
      },
    ],
  ])("%s", (message, document) => {
    expect(() => resolvePlan(document)).toThrow(message);
  });
});

test("texts keep their templates, and the URL is in its normal form", () => {
  const texts = { headers: { "x-a": "{{ seq }}{{{{" }, body: '{"a": "{{uuid}}"}' };
  const [resolved] = resolvePlan(withTarget({ ...texts, url: "http://A/é?{{seq}}" })).targets;
  expect(resolved).toMatchObject({ ...texts, url: "http://a/%C3%A9?{{seq}}" });
});

test("a secret that stands in the environment alone is none of the plan", () => {
  const headers = {
    authorization: "{{ env TOKEN }}",
    cookie: "a={{env COOKIE}}",
    "x-auth-token": "{{env A}}{{seq}}",
  };
  const connection = { proxy: PROXY, proxyHeaders: { "proxy-authorization": "{{env P}}" } };
  const shown = redactPlan(resolvePlan({ ...withTarget({ headers }), connection }));
  expect(shown.targets[0].headers).toEqual({
    authorization: "{{ env TOKEN }}",
    cookie: "[redacted]",
    "x-auth-token": "[redacted]",
  });
  expect(shown.connection.proxyHeaders).toEqual({ "proxy-authorization": "{{env P}}" });
});

test("a template that YAML has read as a map is told to stand in quotes", () => {
  for (const bare of [{ "{ seq }": null }, { "[object Object]": null, other: 1 }]) {
    const { hint } = refusalOf(withTarget({ body: bare } as object));
    expect(hint?.includes("quotes") ?? false).toBe("{ seq }" in bare);
  }
});
