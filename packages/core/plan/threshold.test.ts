import { expect, test } from "bun:test";
import { NightjarError } from "../errors.ts";
import { holds, parseThreshold } from "./threshold.ts";

test.each([
  ["p99 < 50ms", { of: "percentile", percent: 99, kind: "response" }, "<", 50e6],
  ["p99.9(service) <= 1s", { of: "percentile", percent: 99.9, kind: "service" }, "<=", 1e9],
  ["  p50 ( wait )<1us ", { of: "percentile", percent: 50, kind: "wait" }, "<", 1000],
  ["mean < 10ms", { of: "mean", kind: "response" }, "<", 1e7],
  ["max(lag) < 1m", { of: "max", kind: "lag" }, "<", 60e9],
  ["errors < 0.1%", { of: "errors" }, "<", 0.001],
  ["achieved > 99%", { of: "achieved" }, ">", 0.99],
  ["rate >= 990/s", { of: "rate" }, ">=", 990],
  ["rate >= 60/m", { of: "rate" }, ">=", 1],
  ["status(5xx) == 0", { of: "status", pattern: "5xx", unit: "count" }, "==", 0],
  ["status(404) < 2%", { of: "status", pattern: "404", unit: "share" }, "<", 0.02],
] as const)("%s", (text, metric, operator, limit) => {
  const scope = { of: "run" } as const;
  expect(parseThreshold(text)).toEqual({ expr: text.trim(), scope, metric, operator, limit });
});

const VOCABULARY = {
  stages: 3,
  targets: ["cart", "1"],
  recordHeaders: ["x-upstream", "server-timing/db"],
};

test.each([
  ["lag.p99 < 1ms", { of: "run" }, "lag", 99],
  ["stage(2).p99 < 20ms", { of: "stage", stage: 1 }, "response", 99],
  ["target(cart).p99.9 < 20ms", { of: "target", name: "cart" }, "response", 99.9],
  ["target( 1 ) . service . p50 < 20ms", { of: "target", name: "1" }, "service", 50],
  ["service.stage(3).p50 < 20ms", { of: "stage", stage: 2 }, "service", 50],
  ["stage(1).p50(wait) < 20ms", { of: "stage", stage: 0 }, "wait", 50],
  ["overhead(x-upstream).p99 < 2ms", { of: "run" }, "overhead:x-upstream", 99],
  ["recorded(server-timing/db).p99 < 2ms", { of: "run" }, "recorded:server-timing/db", 99],
  ["overhead(X-Upstream).p99 < 2ms", { of: "run" }, "overhead:x-upstream", 99],
] as const)("%s is of a part", (text, scope, kind, percent) => {
  const { metric, scope: found } = parseThreshold(text, "t", VOCABULARY);
  expect([found, metric]).toEqual([scope, { of: "percentile", kind, percent }]);
});

test.each(["stage(2).errors < 1%", "target(cart).status(5xx) == 0", "stage(1).rate > 5/s"])(
  "%s",
  (text) => expect(parseThreshold(text, "t", VOCABULARY).scope.of).not.toBe("run"),
);

test.each([
  ["stage(4).p99 < 1s", 7, "stages are 1 to 3"],
  ["stage(0).p99 < 1s", 7, "stages are 1 to 3"],
  ["stage.p99 < 1s", 1, "the place of a stage"],
  ["target(crt).p99 < 1s", 8, '(did you mean "cart"?)'],
  ["target().p99 < 1s", 1, "the name of a target"],
  ["stage(1).target(cart).p99 < 1s", 10, "not of several"],
  ["lag.service.p99 < 1s", 5, "two latencies"],
  ["lag.p99(wait) < 1s", 9, "two latencies"],
  ["lag(5).p99 < 1s", 5, "takes nothing"],
  ["lga.p99 < 1s", 1, '(did you mean "lag"?)'],
  ["lag.errors < 1%", 5, "is not of a latency"],
  ["overhead(x-upstrem).p99 < 1s", 10, '(did you mean "x-upstream"?)'],
  ["recorded().p99 < 1s", 1, "the name of a recorded header"],
  ["stage(2). < 1s", 10, "METRIC OPERATOR LIMIT"],
  ["stage(2)p99 < 1s", 1, "METRIC OPERATOR LIMIT"],
] as const)("%j is refused at column %d, in the words of the plan", (text, column, message) => {
  const parse = () => parseThreshold(text, "thresholds[0]", VOCABULARY);
  expect(parse).toThrow(`thresholds[0]: "${text}", column ${column}: `);
  expect(parse).toThrow(message);
});

test.each([
  ["p99", 1, "METRIC OPERATOR LIMIT"],
  ["", 1, "METRIC OPERATOR LIMIT"],
  ["p99 = 5ms", 5, 'unknown operator "=" (did you mean "=="?)'],
  ["p99 =< 5ms", 5, 'unknown operator "=<" (did you mean "<="?)'],
  ["p99 != 5ms", 5, 'unknown operator "!="'],
  ["p99 <", 6, "nothing stands behind <"],
  ["p99 <  ", 8, "nothing stands behind <"],
  ["p99 < 50 ms", 7, "holds no blank: write 50ms"],
  ["errors < 1 %", 10, "holds no blank: write 1%"],
  ["p99 < 50ms foo", 12, 'nothing may stand behind the limit, found "foo"'],
  ["p99 < 50ms && p50 < 5ms", 12, "nothing may stand behind the limit"],
  ["p99 > 5ms < 1s", 11, "nothing may stand behind the limit"],
  ["p99(service < 1s", 4, "not closed"],
  ["avg < 5ms", 1, 'unknown metric "avg" (did you mean "mean"?)'],
  ["Median < 5ms", 1, '(did you mean "p50"?)'],
  ["< 5ms", 1, "METRIC OPERATOR LIMIT"],
  ["p9 < 9", 6, 'a duration, like 50ms, found "9"'],
  ["p99(servce) < 50ms", 5, 'unknown latency "servce" (did you mean "service"?)'],
  ["pp(p) < 5ms", 1, 'unknown metric "pp"'],
  ["mean(a) < 5ms", 6, 'unknown latency "a"'],
  ["errrs < 1%", 1, 'unknown metric "errrs" (did you mean "errors"?)'],
  ["P99 < 1s", 1, '(did you mean "p99"?)'],
  ["p100 < 1s", 1, "between 0 and 100: write max"],
  ["p0 < 1s", 1, "between 0 and 100: write min"],
  ["errors < 5", 10, "a share in percent"],
  ["errors(5) < 5%", 8, "takes nothing in parentheses"],
  ["rate > max", 8, "a rate, like 990/s"],
  ["rate > 5ms", 8, "a rate, like 990/s"],
  ["status < 5", 1, "a code or a class"],
  ["status(9xx) < 5", 8, "a code or a class"],
  ["status(5xx) < 5/s", 15, 'a count or a share, found "5/s"'],
  ["status(500) < -5", 15, "a count or a share"],
] as const)("%j is refused at column %d", (text, column, message) => {
  const parse = () => parseThreshold(text, "thresholds[0]");
  expect(parse).toThrow(NightjarError);
  expect(parse).toThrow(`thresholds[0]: "${text}", column ${column}: `);
  expect(parse).toThrow(message);
});

test("what is allowed is said as it is to be written", () => {
  const hintOf = (text: string) => {
    try {
      parseThreshold(text, "t", { stages: 1, targets: ["a<b", "0"], recordHeaders: [] });
      return "none";
    } catch (error) {
      return (error as NightjarError).hint;
    }
  };
  expect(hintOf("target(a<b).p99 < 5ms")).toBe("none");
  expect(hintOf("target(cart).p99 < 5ms")).toBe("allowed: target(a<b), target(0)");
  expect(hintOf("latency < 5ms")).toStartWith("allowed: p50, p90, p99, mean, ");
  expect(hintOf("p99 <> 5ms")).toBe("allowed: <=  >=  ==  <  >");
});

test("operators hold as they say", () => {
  const held = (value: number) =>
    (["<", "<=", ">", ">=", "=="] as const).map((op) => holds(value, op, 5));
  expect(held(4)).toEqual([true, true, false, false, false]);
  expect(held(5)).toEqual([false, true, false, true, true]);
  expect(held(6)).toEqual([false, false, true, true, false]);
});
