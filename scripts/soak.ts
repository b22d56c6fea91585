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
import { parseDurationNs } from "@nightjar/core/quantity.ts";
import { soak } from "./soak-run.ts";

const [length = "10m"] = process.argv.slice(2);
const report = await soak(parseDurationNs(length) / 1e9, (line) => console.log(line));
for (const line of report.lines) console.log(line);
for (const fault of report.faults) console.log(`fault: ${fault}`);
if (report.faults.length > 0) process.exitCode = 1;
