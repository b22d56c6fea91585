/** Which plans fortio refuses, where, and what it could do instead. */
import { describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import fc from "fast-check";
import { loadOf } from "../job.ts";
import { objections, samplePlan, URL } from "../sample-job.ts";
import { callsOf, nearestConnections } from "./calls.ts";
import { FORTIO } from "./driver.ts";

const open = (rate: number, connections: number, duration = "5s"): Partial<PlanDocument> => ({
  load: { rate, connections },
  duration,
});

describe("exchanges for connections", () => {
  test.each([
    [open(100, 64), "448 of 500", "connections: 63"],
    [open(100, 300), "2 calls or more: 500 are too few for 300", "connections: 252"],
    [open(1, 8), "2 calls or more: 5 are too few for 8", "connections: 1"],
    [open(0.2, 1), "2 calls or more: 1 are too few for 1", "a longer duration"],
    [{ load: { rate: 10, requests: 504, connections: 5 } }, "500 of 504", "connections: 4"],
    [{ load: { model: "closed" as const, requests: 503, connections: 4 } }, "500 of 503", "1"],
    [
      { load: { model: "closed" as const, requests: 10, connections: 64 } },
      "1 call or more: 10 are too few for 64",
      "10",
    ],
  ])("%j", (document, message, nearest) => {
    const [first] = objections(FORTIO, document);
    expect(first.path).toEqual(["load", "connections"]);
    expect(first.message).toContain(message);
    expect(first.nearest).toContain(nearest);
  });

  test.each([
    [open(100, 50)],
    [open(100, 63)],
    [open(100, 71)],
    [open(639, 64, "1s")],
    [{ load: { model: "closed" as const, requests: 40, connections: 40 } }],
    [{ load: { rate: "max" as const, connections: 64 } }],
  ])("%j is carried out", (document) => {
    expect(objections(FORTIO, document)).toEqual([]);
  });

  test("the nearest connections can be served, and none nearer", () => {
    const amounts = fc.record({
      rate: fc.integer({ min: 1, max: 500 }),
      seconds: fc.integer({ min: 1, max: 20 }),
      connections: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(amounts, ({ rate, seconds, connections }) => {
        const plan = samplePlan(open(rate, connections, `${seconds}s`));
        const load = loadOf(plan, wholeShare(connections));
        const fits = (count: number) => callsOf({ ...load, connections: count }, false);
        const near = nearestConnections(load, false);
        if (near === undefined) {
          for (let count = 1; count <= load.exchanges; count++) {
            if (count !== connections) expect(fits(count)).toBeUndefined();
          }
          return;
        }
        const calls = fits(near) as number;
        expect(calls % near).toBe(0);
        expect(Math.abs(calls - load.exchanges)).toBeLessThanOrEqual(0.01 * load.exchanges);
        for (let away = 1; away < Math.abs(near - connections); away++) {
          if (connections > away) expect(fits(connections - away)).toBeUndefined();
          expect(fits(connections + away)).toBeUndefined();
        }
      }),
    );
  });
});

describe("other plans", () => {
  test.each([
    [{ connectTimeout: "1s" }, "connectTimeout", "connectTimeout: 5s"],
    [{ targets: [{ url: `${URL}{uuid}` }] }, "a fresh UUID", "leave {uuid} out"],
    [{ targets: [{ url: URL, method: "POST", body: "{uuid}" }] }, "a fresh UUID", "{uuid}"],
    [
      { load: { rate: "max" as const, connections: 4 }, warmup: "1s" },
      "cannot do a warm-up",
      "leave warmup out",
    ],
    [
      { load: { rate: 12_000, connections: 4 }, stopOn: ["errors > 10% for 3s"] },
      "cannot do conditions that end the run",
      "leave stopOn out",
    ],
    [{ targets: [{ url: URL, headers: { authorization: "x" } }] }, "a secret", "leave"],
    [{ targets: [{ url: `${URL}{{seq}}` }] }, "templates", "without {{templates}}"],
    [{ load: { rate: 16, arrivals: "poisson" as const } }, "no poisson arrivals", "constant"],
    [
      { load: { rate: 16, connections: 16, maxBacklog: 0 } },
      "cannot do a limit of what may wait for a connection",
      "leave maxBacklog out",
    ],
    [{ load: { rate: 16, connections: 16 }, probe: true }, "a probe", "leave probe out"],
    [{ load: { rate: 16, connections: 16 }, thresholds: ["p99 < 1s"] }, "response", "service"],
  ])("%j", (document, message, nearest) => {
    const found = objections(FORTIO, document);
    const said = found.map((one) => `${one.path.join(".")}: ${one.message}; ${one.nearest}`);
    expect(said.join("\n")).toContain(message);
    expect(said.join("\n")).toContain(nearest);
  });
});
