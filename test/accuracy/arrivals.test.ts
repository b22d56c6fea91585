/**
 * At the receiver: nothing arrives before it was sent, and nothing is sent before it was due, for
 * every exchange.
 */
import { expect, test } from "bun:test";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runDumped } from "./dumped-run.ts";
import { NUMBER_HEADER, withOrigin } from "./judging.ts";

/** With time behind it, in which whoever is late still sends all. */
const RAMP = {
  stages: [
    { duration: "2s", rate: "500..1500" },
    { duration: "5s", rate: 0 },
  ],
};
const EVEN = { rate: 1000, requests: 2000 };
const LOADS = [
  { ...EVEN, arrivals: "constant" },
  { ...EVEN, arrivals: "poisson" },
  { ...EVEN, arrivals: "jitter:50%" },
  { ...EVEN, arrivals: "burst:10" },
  { ...RAMP, arrivals: "constant" },
  { ...RAMP, arrivals: "poisson" },
];

for (const load of LOADS) {
  const name = `${"stages" in load ? "a ramp, " : ""}${load.arrivals}`;
  // Side by side: who waits for the processor is late, and never early.
  test.concurrent(
    `due ≤ sent ≤ arrival, ${name}`,
    () =>
      withOrigin([], async ({ url }) => {
        const { run, exchanges } = await runDumped(
          {
            name: `arrivals, ${name}`,
            targets: [{ url }],
            load: { ...load, connections: 40 },
            numberHeader: NUMBER_HEADER,
          },
          { workers: 2 },
        );
        const arrivalNs = new Map(
          (await readOriginLog(url)).map((row) => [row.number, row.arrivalNs]),
        );
        expect(exchanges.length).toBe(run.result.accounting.completed);
        expect(exchanges.filter(({ i, sentNs }) => (arrivalNs.get(i) as number) < sentNs)).toEqual(
          [],
        );
        expect(exchanges.filter(({ dueNs, sentNs }) => sentNs < dueNs - 1)).toEqual([]);
        expect(exchanges.filter(({ i, doneNs }) => doneNs < (arrivalNs.get(i) as number))).toEqual(
          [],
        );

        // The due times of both workers are those of one machine.
        const dueNs = new Map(exchanges.map((exchange) => [exchange.i, exchange.dueNs - run.t0Ns]));
        const { plan } = run;
        for (
          const cursor = schedule(plan, wholeShare(plan.load.connections));
          cursor.i >= 0;
          cursor.advance()
        ) {
          expect(Math.abs((dueNs.get(cursor.i) as number) - cursor.dueNs)).toBeLessThan(1);
        }
      }),
    120_000,
  );
}
