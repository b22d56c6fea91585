import { describe, expect, test } from "bun:test";
import { resolvePlan } from "../plan/plan.ts";
import { Totals } from "../record/totals.ts";
import { RESULT_CONTEXT } from "../simulation/result-context.ts";
import { healthOf } from "./health.ts";
import type { Environment } from "./result.ts";

const plan = resolvePlan({ targets: [{ url: "http://127.0.0.1/" }] });

function faultsOn(environment: Partial<Environment>): readonly string[] {
  const machine = { environment: { ...RESULT_CONTEXT.environment, ...environment } };
  return healthOf(plan, new Totals(plan), [machine], 10).faults;
}

describe("a machine", () => {
  test("that was awake and had its CPU is fit", () => {
    expect(faultsOn({})).toEqual([]);
    expect(faultsOn({ suspendedMs: 3, throttled: { periods: 1, ms: 99 } })).toEqual([]);
  });

  test("that was suspended is not", () =>
    expect(faultsOn({ suspendedMs: 3_600_000 })).toEqual([
      "the machine was suspended for 3600 s during the run",
    ]));

  test("whose quota stopped us is not", () =>
    expect(faultsOn({ throttled: { periods: 9, ms: 101 } })).toEqual([
      expect.stringContaining("stopped us for 101 ms in all"),
    ]));

  test("of a fleet is named", () => {
    const environment = { ...RESULT_CONTEXT.environment, suspendedMs: 2000 };
    const machines = [{ name: "agent berlin", environment }];
    expect(healthOf(plan, new Totals(plan), machines, 10).faults).toEqual([
      "agent berlin: the machine was suspended for 2 s during the run",
    ]);
  });
});
