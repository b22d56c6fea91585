import { expect, test } from "bun:test";
import { resolvePlan } from "./plan.ts";
import { parseRecordHeaders, recordedName } from "./record-header.ts";

const target = { url: "http://localhost/" };

test("a header has a unit, and server-timing has metrics", () => {
  const texts = ["X-Upstream", "x-cost:us", "Server-Timing", "server-timing/dB", "x-t:s"];
  const plain = { metric: null, isServerTiming: false };
  const timing = { name: "server-timing", isServerTiming: true, unitNs: 1e6 };
  expect(parseRecordHeaders(texts)).toEqual([
    { ...plain, label: "x-upstream", name: "x-upstream", unitNs: 1e6 },
    { ...plain, label: "x-cost", name: "x-cost", unitNs: 1e3 },
    { ...timing, label: "server-timing", metric: null },
    { ...timing, label: "server-timing/dB", metric: "dB" },
    { ...plain, label: "x-t", name: "x-t", unitNs: 1e9 },
  ]);
  expect(texts.map(recordedName)).toEqual(parseRecordHeaders(texts).map(({ label }) => label));
});

test.each([
  [["x-cost/db"], 'recordHeaders[0]: metrics are of server-timing, found one of "x-cost"'],
  [["server-timing:us"], "recordHeaders[0]: server-timing is in milliseconds, found :us"],
  [["a:us", "b", "A:ms"], 'recordHeaders[2]: "a" is recorded by recordHeaders[0] already'],
  [["x cost"], "recordHeaders[0]: write NAME, NAME:UNIT with ns, us, ms or s, or"],
  [["x-cost:min"], "recordHeaders[0]: write NAME, NAME:UNIT with ns, us, ms or s, or"],
])("%j is refused", (recordHeaders, message) =>
  expect(() => resolvePlan({ targets: [target], recordHeaders })).toThrow(message),
);
