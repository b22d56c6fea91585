/**
 * What a render costs, for a person to look at: the median of rounds, ns. With the lock of timed
 * tests: `flock -o /tmp/nightjar-timed.lock bun bench/render-times.ts`
 */
import type { Target } from "@nightjar/core/plan/target-schema.ts";
import { makeRequest, type RequestOptions } from "@nightjar/engine/protocols/http1/request.ts";

const ROUNDS = 15;
const RENDERS = 1_000_000;
/** Numbers of seven digits, as in a run of minutes. */
const FIRST = 1_000_000;

const url = "http://a.example/cart";
const plain: Target = { url, weight: 1, method: "GET", headers: {} };
const padding = "x".repeat(960);
const body = `{"id":"{{uuid}}","n":{{randInt 1 100}},"x":"${padding}"}`;

const CASES: Readonly<Record<string, readonly [Target, Partial<RequestOptions>]>> = {
  "no template": [plain, {}],
  "number header": [plain, { numberHeader: "x-number" }],
  "seq in the path": [{ ...plain, url: `${url}/{{seq}}` }, {}],
  "uuid and randInt in a body of 1 KB": [{ ...plain, method: "POST", body }, {}],
};

function medianNs(name: string): number {
  const [target, more] = CASES[name];
  const request = makeRequest(target, { seed: 1, assets: {}, ...more });
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    for (let i = FIRST; i < FIRST + RENDERS; i++) request.render(i);
    return ((performance.now() - startMs) * 1e6) / RENDERS;
  });
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1];
}

for (const name of Object.keys(CASES)) {
  process.stdout.write(`${name.padEnd(36)}${medianNs(name).toFixed(1).padStart(7)} ns\n`);
}
