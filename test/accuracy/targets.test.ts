/**
 * Several targets: each exchange goes to the target that its number chooses, whoever sends it, and
 * what is said of a target is what its own server saw.
 */
import { expect, test } from "bun:test";
import { targetChooser } from "@nightjar/core/schedule/target-choice.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runPlan } from "@nightjar/testkit/runs.ts";
import { NUMBER_HEADER } from "./judging.ts";

test("three workers, three servers, weights 3 : 2 : 1", async () => {
  const origins = await Promise.all([1, 2, 3].map(() => startChildOrigin("--log")));
  const [cart, search, home] = origins;
  try {
    const targets = [
      { name: "cart", url: cart.url, weight: 3 },
      { name: "search", url: `${search.url}/?status=503`, weight: 2 },
      { name: "home", url: `${home.url}/?delay=20ms` },
    ];
    const load = { rate: 1000, requests: 600, connections: 30 };
    const plan = { name: "targets", targets, load, numberHeader: NUMBER_HEADER, seed: 7 };
    const { result, plan: resolved } = await runPlan(plan, { workers: 3 });
    const choose = targetChooser(resolved.targets, resolved.seed);
    const all = Array.from({ length: 600 }, (_, i) => i);
    for (const [target, origin] of origins.entries()) {
      const numbers = (await readOriginLog(origin.url)).map(({ number }) => number);
      expect(numbers.sort((a, b) => a - b)).toEqual(all.filter((i) => choose(i) === target));
    }
    expect(result.targets).toMatchObject([
      { name: "cart", due: 300, completed: 300, ok: 300, errors: 0 },
      { name: "search", due: 200, completed: 200, ok: 0, errors: 200 },
      { name: "home", due: 100, completed: 100, ok: 100, errors: 0 },
    ]);
    const [fast, failing, slow] = result.targets.map(({ latencyMs }) => latencyMs);
    expect(slow.service.min as number).toBeGreaterThanOrEqual(19);
    expect([fast.response.count, failing.response.count]).toEqual([300, 0]);
    expect(result.connections.opened).toBeLessThanOrEqual(90);
  } finally {
    await Promise.all(origins.map((origin) => origin.stop()));
  }
}, 120_000);
