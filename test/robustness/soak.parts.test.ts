/** The minute of soak that CI has; `npm run soak` has ten. */
import { expect, test } from "bun:test";
import { soak } from "../../scripts/soak-run.ts";

const DURATION_S = 60;

test(
  "a minute of soak at 2,000/s: nothing is lost, and no process grows",
  async () => {
    const { lines, faults } = await soak(DURATION_S, () => {});
    console.log(lines.join("\n"));
    expect(faults).toEqual([]);
  },
  (DURATION_S + 60) * 1000,
);
