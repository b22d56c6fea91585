/**
 * `npm run parts [-- bench] [-- --require-all]`: fetches the real parts that this machine lacks,
 * one line each; with `bench` also those that only the bench needs. A part that cannot be had is
 * said and passed over; with --require-all, or in CI, the exit code is then 1.
 */
import { fetchPart } from "./part-fetch.ts";
import { findPart, type PartName, partNamesFor, parts } from "./parts.ts";

async function obtain(name: PartName): Promise<boolean> {
  const found = findPart(name);
  if (found) return say(name, found, true);
  try {
    await fetchPart(name);
    return say(name, `${findPart(name)} (fetched)`, true);
  } catch (error) {
    return say(name, `missing: ${error instanceof Error ? error.message : error}`, false);
  }
}

function say(name: PartName, what: string, isThere: boolean): boolean {
  console.log(`${name.padEnd(12)}${parts[name].version.padEnd(9)}${what}`);
  return isThere;
}

const wanted = partNamesFor(process.argv.includes("bench") ? "bench" : "tests");
const requireAll = process.argv.includes("--require-all") || process.env.CI === "true";
let missingCount = 0;
for (const name of wanted) if (!(await obtain(name))) missingCount++;
if (missingCount > 0 && requireAll) process.exitCode = 1;
