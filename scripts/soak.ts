/**
 * Soak: minutes at 2,000/s, to see that nothing is lost and that no process grows.
 *
 *     npm run soak                 10 minutes
 *     npm run soak -- 1m           as CI has it
 *
 *     │ warm-up │ first window │ … │ last window │      a window: a minute, or a quarter of the run
 *
 * The median resident memory of the last window may be 5 % above that of the first, for the parent
 * and its workers together.
 */
import { parseDurationNs } from "@nightjar/core/plan/quantity.ts";
import { soak } from "./soak-run.ts";

const SHORTEST_S = 20;

function durationS(text: string): number {
  try {
    const seconds = parseDurationNs(text) / 1e9;
    if (seconds >= SHORTEST_S) return seconds;
  } catch {}
  throw new Error(`how long? at least ${SHORTEST_S}s, as in 10m or 1m, not "${text}"`);
}

async function main([length = "10m"]: readonly string[]): Promise<void> {
  const { lines, faults } = await soak(durationS(length), (line) => console.log(line));
  for (const line of lines) console.log(line);
  for (const fault of faults) console.log(`fault: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
