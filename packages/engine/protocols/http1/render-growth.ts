/** For a test: by how many bytes this process grows while it renders, and while it makes views. */
import type { Target } from "@nightjar/core/plan/target-schema.ts";
import { makeRequest } from "./request.ts";

const WARM_UP = 50_000;
const RENDERS = 500_000;

const target: Target = {
  url: "http://a.example/{{seq}}",
  weight: 1,
  method: "POST",
  headers: { "x-id": "{{uuid}}" },
  body: '{"id":"{{uuid}}","n":{{randInt -1000 1000}}}',
};
const request = makeRequest(target, { seed: 1, assets: {}, numberHeader: "x-number" });
let last: Uint8Array | undefined;

function growth(act: (i: number) => void): number {
  for (let i = 0; i < WARM_UP; i++) act(i);
  const before = process.memoryUsage.rss();
  for (let i = 0; i < RENDERS; i++) act(i);
  return process.memoryUsage.rss() - before;
}

const render = growth((i) => request.render(i));
const subarray = growth((i) => {
  last = request.bytes.subarray(0, i & 63);
});
process.stdout.write(JSON.stringify({ renders: RENDERS, render, subarray, last: last?.length }));
