/**
 * What a frame costs its two ends, packed and raw, in CPU time: `bun bench/frame-cost.ts`. A
 * snapshot of one target, at the rate of a slow agent and at that of a worker that is busy.
 */
import { decodeFrame, encodeFrame, encodePacked } from "@nightjar/core/run/codec.ts";
import { syntheticSnapshot } from "./synthetic-snapshots.ts";

const RATES = [2_000, 40_000];
const REPETITIONS = 500;
const FORMS = { raw: encodeFrame, packed: encodePacked };

/** Mean of many, once it is compiled. */
function cpuUs(act: () => unknown): number {
  for (let nth = 0; nth < REPETITIONS; nth++) act();
  const before = process.cpuUsage();
  for (let nth = 0; nth < REPETITIONS; nth++) act();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / REPETITIONS);
}

for (const perTarget of RATES) {
  const snapshot = syntheticSnapshot({ targets: 1, perTarget, turns: 2_000 }, 0, "0");
  for (const [form, encode] of Object.entries(FORMS)) {
    const frame = encode(snapshot);
    const [encodeUs, decodeUs] = [cpuUs(() => encode(snapshot)), cpuUs(() => decodeFrame(frame))];
    const costs = `${frame.length} bytes, encoded in ${encodeUs} µs, decoded in ${decodeUs} µs`;
    process.stdout.write(`${perTarget}/s, ${form}: ${costs}\n`);
  }
}
