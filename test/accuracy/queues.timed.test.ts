/**
 * Known queues, path by path: the origin serves one request at a time, draws each service time by
 * the exchange number, and logs what it did. Its departures must be Lindley's recursion D(n) =
 * max(A(n), D(n−1)) + S(n) on its own arrivals, and what we call the response of an exchange must
 * be its sojourn there, plus what the same machine adds to an exchange without a queue (the
 * control).
 */

import type { OriginRow } from "@nightjar/origin/log.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import type { FinishedRun } from "@nightjar/testkit/runs.ts";
import { timed } from "@nightjar/testkit/timed.ts";
import { type DumpedExchange, runDumped } from "./dumped-run.ts";
import { expectBelow, expectNear, NUMBER_HEADER, percentAbove, withOrigin } from "./judging.ts";
import { mean, quantile } from "./statistics.ts";

const RATE_PER_S = 250;
const SERVICE_MS = { "0.5": 2, "0.8": 3.2 } as const;
/** Nobody ever waits for a connection: P(queue > 150) at ρ = 0.8 is 10⁻¹⁵. */
const CONNECTIONS = 150;

function plan(url: string, name: string) {
  return {
    name,
    targets: [{ url }],
    load: { rate: RATE_PER_S, connections: CONNECTIONS, arrivals: "poisson" as const },
    duration: "5s",
    seed: 7,
    numberHeader: NUMBER_HEADER,
  };
}

function expectLindley(rows: readonly OriginRow[]): void {
  let beforeNs = 0;
  for (const { number, arrivalNs, drawnServiceNs, virtualDepartureNs, departureNs } of rows) {
    const expected = Math.max(arrivalNs, beforeNs) + drawnServiceNs;
    if (Math.abs(virtualDepartureNs - expected) > 1) {
      throw new Error(
        `exchange ${number} departs at ${virtualDepartureNs}, and not at ${expected}`,
      );
    }
    if (departureNs < virtualDepartureNs)
      throw new Error(`exchange ${number} was answered too early`);
    beforeNs = virtualDepartureNs;
  }
}

/** What is added to the sojourn, exchange by exchange, in ms; never negative. */
function overheads(exchanges: readonly DumpedExchange[], rows: readonly OriginRow[]): number[] {
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return exchanges.map(({ i, sentNs, dueNs, responseNs }) => {
    const row = byNumber.get(i);
    if (!row) throw new Error(`exchange ${i} is not in the log`);
    if (row.arrivalNs < sentNs) throw new Error(`exchange ${i} arrived before it was sent`);
    if (sentNs < dueNs) throw new Error(`exchange ${i} was sent before it was due`);
    return (responseNs - (row.departureNs - row.arrivalNs)) / 1e6;
  });
}

interface Measured {
  readonly run: FinishedRun;
  readonly exchanges: readonly DumpedExchange[];
  readonly rows: readonly OriginRow[];
}

async function measure(url: string, path: string, name: string): Promise<Measured> {
  await fetch(new URL("/.control/log", url), { method: "DELETE" });
  const measured = await runDumped(plan(`${url}${path}`, name));
  return { ...measured, rows: await readOriginLog(url) };
}

function expectKnownQueue(queued: Measured, control: Measured): void {
  expectLindley(queued.rows);
  const ours = overheads(queued.exchanges, queued.rows);
  const bare = overheads(control.exchanges, control.rows);
  expectBelow("smallest overhead, turned round", -Math.min(...ours), 0);
  expectNear("median overhead", quantile(ours, 0.5), quantile(bare, 0.5), { absolute: 0.5 });
  expectBelow("wait above 0.1 ms, in %", percentAbove(queued.run, "wait", 0.1), 0.01);
  const sojourns = queued.rows.map((row) => (row.departureNs - row.arrivalNs) / 1e6);
  const response = queued.run.result.latencyMs.response.mean as number;
  const allowed = { relative: 0.02, absolute: 0.5 };
  expectNear("mean response", response, mean(sojourns) + mean(bare), allowed);
}

for (const load of ["0.5", "0.8"] as const) {
  timed(`M/M/1 and M/D/1 at ρ = ${load}`, { harmfulMs: 10 }, () =>
    withOrigin([], async ({ url }) => {
      const control = await measure(url, "/", "control");
      for (const queue of ["mm1", "md1"]) {
        const path = `/?queue=${queue}:${queue}&service=${SERVICE_MS[load]}ms`;
        expectKnownQueue(await measure(url, path, `${queue} at ${load}`), control);
      }
    }),
  );
}
