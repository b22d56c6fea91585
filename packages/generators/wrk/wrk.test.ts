/** wrk: its arguments and script, what it writes, and what it fills in. */
import { describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import fc from "fast-check";
import { flagsOf, objections, sampleJob, URL } from "../sample-job.ts";
import { endsItself, wrkCommand, wrkFiles } from "./arguments.ts";
import { WRK } from "./driver.ts";
import { filledEveryUs, withoutFilledIn } from "./filled-in.ts";
import { parseWrkLatencies } from "./latency-file.ts";
import { luaString } from "./lua-text.ts";
import { measuredOf } from "./reading.ts";

const CLOSED = { load: { rate: "max" as const, connections: 6 } };
const job = (more: Partial<PlanDocument> = {}) => sampleJob({ ...CLOSED, ...more });

describe("arguments", () => {
  test("the whole of a plain plan", () => {
    expect(wrkCommand(job({ duration: "5s" }), "/bin/wrk")).toEqual([
      ...["/bin/wrk", "-t", "1", "-c", "6", "-d", "5s", "-T", "6s", "-s", "wrk.lua"],
      "http://127.0.0.1:8080",
    ]);
  });

  test.each([
    [{ workers: 3 }, { "-t": "3" }],
    [{ duration: "1500ms" }, { "-d": "2s" }],
    [{ timeout: "200ms" }, { "-T": "2s" }],
    [{ timeout: "3s" }, { "-T": "4s" }],
  ])("%j → %j", (more, flags) => {
    expect(flagsOf(wrkCommand(job(more), "/bin/wrk"))).toMatchObject(flags);
  });

  test("it ends itself after whole seconds alone", () => {
    expect(endsItself(job({ duration: "2s" }))).toBe(true);
    expect(endsItself(job({ duration: "1500ms" }))).toBe(false);
  });
});

describe("script", () => {
  test("the request is in it, and nothing of it in the arguments", () => {
    const headers = { authorization: 's3"cret\\' };
    const targets = [{ url: `${URL}a?b=c`, method: "POST", headers, body: "é\n" }];
    const script = wrkFiles(job({ targets }))["wrk.lua"];
    expect(script).toContain('wrk.method = "POST"');
    expect(script).toContain('wrk.path = "/a?b=c"');
    expect(script).toContain(String.raw`wrk.headers["authorization"] = "s3\034cret\092"`);
    expect(script).toContain(String.raw`wrk.body = "\195\169\010"`);
    expect(wrkCommand(job({ targets }), "/bin/wrk").join(" ")).not.toContain("cret");
  });

  test("any text is one text of Lua, and says the same", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = luaString(bytes);
        expect(text).toMatch(/^"[\x20-\x7e]*"$/);
        const read = text
          .slice(1, -1)
          .replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number(code)));
        expect(Buffer.from(read, "latin1")).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe("refused", () => {
  test.each([
    [{ ...CLOSED, workers: 4 }, "opens 4 of 6 connections with 4 threads", "connections: 4"],
    [{ ...CLOSED, workers: 8 }, "opens 0 of 6 connections with 8 threads", "connections: 8"],
    [{ ...CLOSED, timeout: "2m" }, "waits for 60s", "timeout: 60s"],
    [{ load: { rate: 5 } }, "has no open loop", "load.rate: max"],
    [{ ...CLOSED, targets: [{ url: "https://a.test/" }] }, "verification", "tls.insecure"],
  ])("%j", (document, message, nearest) => {
    const [first] = objections(WRK, document);
    expect(first.message).toContain(message);
    expect(first.nearest).toContain(nearest);
  });
});

describe("what it writes", () => {
  const WRITTEN = "summary 1000000 10 999 0 1 2 3 4\n100 3\n250 7\nend\n";

  test("whole", () => {
    expect(parseWrkLatencies(WRITTEN)).toEqual({
      ...{ durationUs: 1_000_000, requests: 10, bytes: 999, connectErrors: 0, readErrors: 1 },
      ...{ writeErrors: 2, statusErrors: 3, timeouts: 4 },
      counts: new Map([
        [100, 3],
        [250, 7],
      ]),
    });
  });

  test("cut off anywhere, or of other words, it is none", () => {
    for (let length = 0; length < WRITTEN.length; length++) {
      expect(parseWrkLatencies(WRITTEN.slice(0, length))).toBeUndefined();
    }
    for (const [from, to] of [
      ["100 3", "100 -3"],
      ["100 3", "100 nan"],
      ["100 3", "100"],
      ["summary", "sum"],
      ["10 999", "10 inf"],
    ]) {
      expect(parseWrkLatencies(WRITTEN.replace(from, to))).toBeUndefined();
    }
  });
});

/** As wrk does it, from the shortest up. */
function filledIn(measured: ReadonlyMap<number, number>, everyUs: number): Map<number, number> {
  const counts = new Map(measured);
  for (const value of [...measured.keys()].sort((a, b) => a - b)) {
    if (value < 2 * everyUs) continue;
    const times = measured.get(value) as number;
    for (let at = value - everyUs; at > everyUs; at -= everyUs) {
      counts.set(at, (counts.get(at) ?? 0) + times);
    }
  }
  return counts;
}

describe("what it fills in", () => {
  const measured = fc.dictionary(
    fc.integer({ min: 1, max: 5000 }).map(String),
    fc.integer({ min: 1, max: 9 }),
    { minKeys: 1, maxKeys: 40 },
  );

  test("can be taken back exactly", () => {
    fc.assert(
      fc.property(measured, fc.integer({ min: 1, max: 900 }), (found, everyUs) => {
        const counts = new Map(Object.entries(found).map(([us, n]) => [Number(us), n]));
        const back = withoutFilledIn(filledIn(counts, everyUs), everyUs) as Map<number, number>;
        const left = [...back].filter(([, times]) => times > 0).sort(([a], [b]) => a - b);
        expect(left).toEqual([...counts].sort(([a], [b]) => a - b));
      }),
    );
  });

  test("what cannot have come to be so is not touched", () => {
    expect(withoutFilledIn(new Map([[1000, 5]]), 100)).toBeUndefined();
    expect(withoutFilledIn(new Map([[1000, 5]]), undefined)).toEqual(new Map([[1000, 5]]));
  });

  test("how often, as wrk computes it in whole numbers", () => {
    expect(filledEveryUs({ durationUs: 2_084_751, requests: 58_250 }, 20)).toBe(715);
    expect(filledEveryUs({ durationUs: 1_000_000, requests: 5 }, 6)).toBeUndefined();
  });

  test("where it does not come to as many as were answered, it is said", () => {
    const written = {
      ...{ durationUs: 1_000_000, requests: 9, bytes: 0, connectErrors: 0, readErrors: 0 },
      ...{ writeErrors: 0, statusErrors: 0, timeouts: 0, counts: new Map([[100, 10]]) },
    };
    expect(measuredOf(written, job()).isFilledIn).toBe(true);
    expect(measuredOf({ ...written, requests: 10 }, job()).isFilledIn).toBe(false);
  });
});

test("answers later than the plan's timeout have failed", () => {
  const counts = new Map([
    [100, 8],
    [300_000, 2],
  ]);
  const written = {
    ...{ durationUs: 6_000_000, requests: 11, bytes: 5, connectErrors: 1, readErrors: 2 },
    ...{ writeErrors: 0, statusErrors: 3, timeouts: 1, counts },
  };
  const { summary } = measuredOf(written, job({ timeout: "200ms" }));
  expect([summary.ok, summary.errors]).toEqual([5, 3]);
  expect(summary.histograms.service?.count).toBe(8);
  expect(Object.entries(summary.failures).map(([kind, { count }]) => [kind, count])).toEqual([
    ["timeout", 3],
    ["connect-failed", 1],
    ["closed-before-answer", 2],
  ]);
});
