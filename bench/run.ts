/**
 * `npm run bench`: Nightjar beside wrk, interleaved, on one core each.
 *
 *     nginx (one process)     CPU 0
 *     the client              CPU 1      wrk, nightjar, wrk, nightjar, … one pair after another
 *
 * Holds the machine-wide lock, waits for an idle machine, and throws away pairs with a hiccup of
 * more than 20 ms. Prints ratios with their intervals, CPU per request, and nginx's CPU beside the
 * client's; appends a line to `bench/history.jsonl`.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { harmfulHiccups, watchHiccups } from "@nightjar/testkit/hiccups.ts";
import { awaitIdleMachine } from "@nightjar/testkit/idle-machine.ts";
import { startNginx } from "@nightjar/testkit/nginx.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { withTimedLock } from "@nightjar/testkit/timed-lock.ts";
import { type Client, type Measurement, measure, nightjar, processor, wrk } from "./client.ts";
import { type MedianInterval, medianInterval } from "./median-interval.ts";

const PAIRS = Number(process.argv[2] ?? 7);
const MAX_TRIES = PAIRS * 2;
const DURATION_S = 4;
const CONNECTIONS = 50;
const HARMFUL_MS = 20;
const ALWAYS = { startNs: 0, endNs: Number.POSITIVE_INFINITY };
const SERVER_CPU = 0;
const CLIENT_CPU = 1;

interface Pair {
  readonly peer: Measurement;
  readonly ours: Measurement;
}

/** A pair without a harmful hiccup, or `null`. */
async function measurePair(
  peer: Client,
  nginx: Awaited<ReturnType<typeof startNginx>>,
): Promise<Pair | null> {
  const watch = await watchHiccups();
  const options = { cpu: CLIENT_CPU, durationS: DURATION_S, connections: CONNECTIONS };
  const theirs = await measure(peer, nginx, options);
  const ours = await measure(nightjar, nginx, options);
  const harmful = harmfulHiccups(await watch.stop(), HARMFUL_MS, ALWAYS);
  return harmful.length > 0 ? null : { peer: theirs, ours };
}

function show({ median, low, high }: MedianInterval, digits: number): string {
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function column(
  pairs: readonly Pair[],
  who: "peer" | "ours",
  field: keyof Measurement,
): MedianInterval {
  return medianInterval(pairs.map((pair) => pair[who][field] as number));
}

function report(name: string, pairs: readonly Pair[]): Record<string, unknown> {
  const ratio = medianInterval(pairs.map(({ peer, ours }) => ours.ratePerS / peer.ratePerS));
  const cpu = medianInterval(pairs.map(({ peer, ours }) => ours.clientCpuUs / peer.clientCpuUs));
  console.log(`\n${name}: ${pairs.length} pairs, ${DURATION_S} s each, ${CONNECTIONS} connections`);
  for (const [who, label] of [
    ["peer", pairs[0].peer.client],
    ["ours", "nightjar"],
  ] as const) {
    const rate = show(column(pairs, who, "ratePerS"), 0);
    const cpuUs = show(column(pairs, who, "clientCpuUs"), 2);
    const share = column(pairs, who, "clientCpuPercent").median.toFixed(0);
    const server = column(pairs, who, "serverCpuPercent").median.toFixed(0);
    console.log(
      `  ${label.padEnd(9)} ${rate} /s   ${cpuUs} CPU-µs a request   ` +
        `client ${share} %, nginx ${server} % of a core`,
    );
  }
  console.log(
    `  nightjar / ${pairs[0].peer.client}: rate ${show(ratio, 3)}, CPU a request ${show(cpu, 3)}`,
  );
  return {
    name,
    pairs: pairs.length,
    ratio,
    cpu,
    ours: pairs.map((p) => p.ours),
    peer: pairs.map((p) => p.peer),
  };
}

async function benchAgainst(peer: Client, tls: boolean): Promise<Record<string, unknown> | null> {
  const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: 128, tls });
  const pairs: Pair[] = [];
  try {
    for (let attempt = 0; attempt < MAX_TRIES && pairs.length < PAIRS; attempt++) {
      const pair = await measurePair(peer, nginx);
      if (pair) pairs.push(pair);
      process.stderr.write(pair ? "." : "x");
    }
  } finally {
    await nginx.stop();
  }
  process.stderr.write("\n");
  if (pairs.length < PAIRS) {
    console.log(`not measured: only ${pairs.length} of ${PAIRS} pairs were free of hiccups`);
    return null;
  }
  return report(tls ? "HTTPS/1.1, maximum rate" : "HTTP/1.1, maximum rate", pairs);
}

await withTimedLock(async () => {
  const idle = await awaitIdleMachine();
  console.log(`${processor()}, machine ${Math.round(idle * 100)} % idle before`);
  const peer = wrk(requirePart("wrk"));
  for (const tls of [false, true]) {
    const summary = await benchAgainst(peer, tls);
    const line = { at: new Date().toISOString(), cpu: processor(), ...summary };
    if (summary)
      appendFileSync(join(import.meta.dir, "history.jsonl"), `${JSON.stringify(line)}\n`);
  }
});
