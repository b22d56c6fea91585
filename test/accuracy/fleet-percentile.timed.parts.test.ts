/**
 * The merged p99 is the true one. Four machines, as network namespaces on one bridge; the target
 * is the loopback of each, so that one plan reaches a server of its own on each of them. Three of
 * these take exp(5 ms), and the fourth 200 ms more for 3 % of its answers:
 *
 *     p99 of the three     5 ln 100                                                 23.0 ms
 *     p99 of the fourth    200 + 5 ln 3                                            205.5 ms
 *     of all together      0.25 · 3 % are slow; 5 ln (0.9925 / (1 % − 0.75 %))       29.9 ms
 *
 * The mean of the four would be 68.6 ms.
 */
import { expect, test } from "bun:test";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { timed } from "@nightjar/testkit/timed.ts";
import { inNamespaces } from "../robustness/namespaces.ts";
import { expectNear } from "./judging.ts";

const MEAN_MS = 5;
const SLOW_MS = 200;
const SLOW_PERCENT = 3;

/** exp(5 ms) as the middles of so many equal parts of it, each with its share of `percent`. */
function exponential(parts: number, from: number, to: number, percent: number, moreMs = 0) {
  return Array.from({ length: parts }, (_, at) => {
    const u = from + ((at + 0.5) / parts) * (to - from);
    const ms = moreMs - MEAN_MS * Math.log1p(-u);
    return `${ms.toFixed(3)}ms:${((percent * (to - from)) / parts).toFixed(4)}`;
  });
}

/** Finer where p99 is. */
const MIXED = [
  ...exponential(90, 0, 0.99, 100 - SLOW_PERCENT),
  ...exponential(10, 0.99, 1, 100 - SLOW_PERCENT),
  ...exponential(10, 0, 1, SLOW_PERCENT, SLOW_MS),
].join(",");

/** Gone with the script: they are in namespaces of its own. */
const MACHINES = `set -eu
mount -t tmpfs none /run
ip link add name hub type bridge
ip addr add 10.77.0.1/24 dev hub
ip link set hub up
for at in 0 1 2 3; do
  ip netns add m$at
  ip link add veth$at type veth peer name eth0 netns m$at
  ip link set veth$at master hub up
  ip -n m$at addr add 10.77.0.1$at/24 dev eth0
  ip -n m$at link set eth0 up
  ip -n m$at link set lo up
done`;

/** They have the processors of one machine between them: nobody spins. */
const FLEET = `
"$NATS" -a 10.77.0.1 -p 4222 -js -sd /run/store >/dev/null 2>&1 &
for try in $(seq 200); do (exec 3<>/dev/tcp/10.77.0.1/4222) 2>/dev/null && break; sleep 0.05; done
for at in 0 1 2 3; do
  delay=exp:${MEAN_MS}ms
  if [ $at = 3 ]; then delay="$MIXED"; fi
  ip netns exec m$at "$NIGHTJAR" testserver --port 8080 --seed $((at + 1)) \\
    --behaviour "delay=$delay" >/dev/null &
  ip netns exec m$at "$NIGHTJAR" agent --nats nats://10.77.0.1:4222 --name a$at >/dev/null 2>&1 &
done
"$NIGHTJAR" run http://127.0.0.1:8080/ --fleet nats://10.77.0.1:4222 --agents 4 \\
  --rate "$RATE" --duration 40s --connections 200 --lost-agent degrade \\
  --workers 1 --idle sleep \\
  --output json=/run/result.json >&2 || true
cat /run/result.json`;

async function measured(ratePerS: number): Promise<Result> {
  const env = { NATS: requirePart("nats-server"), MIXED, RATE: String(ratePerS) };
  const { out, err } = await inNamespaces(`${MACHINES}\n${FLEET}`, env);
  if (out === "") throw new Error(err);
  return resultSchema.parse(JSON.parse(out));
}

function p99Ms({ latencyMs }: Pick<Result, "latencyMs">): number {
  const p99 = latencyMs.response.percentiles["99"];
  if (typeof p99 !== "number") throw new Error(`p99 is ${JSON.stringify(p99)}`);
  return p99;
}

const RATE_PER_S = 1000;
const P99_MS = [23.03, 23.03, 23.03, 205.5];
const P99_OF_ALL_MS = 29.9;
const NAME = "four machines, one of which has a slow target: the merged p99 is that of all";

async function judge(): Promise<void> {
  const result = await measured(RATE_PER_S);
  expect(result.accounting).toMatchObject({ due: 40_000, completed: 40_000 });
  const each = result.children.map(({ agent }) => p99Ms(agent as Pick<Result, "latencyMs">));
  for (const [at, expected] of P99_MS.entries()) {
    expectNear(`p99 of agent ${at}`, each[at], expected, { relative: 0.2 });
  }
  // What servers, agents and a broker on two cores are late is in the three calm ones too.
  const lateMs = (each[0] + each[1] + each[2]) / 3 - P99_MS[0];
  expectNear("p99 of all", p99Ms(result) - lateMs, P99_OF_ALL_MS, { relative: 0.1 });
}

async function mayHaveMachines(): Promise<boolean> {
  if (Bun.which("unshare") === null || Bun.which("ip") === null) return false;
  return (await inNamespaces(MACHINES)).code === 0;
}

// Skipped where nobody may make namespaces: one host has one loopback, and the plan one URL.
if (await mayHaveMachines()) timed(NAME, { harmfulMs: 25 }, judge);
else test.skip(NAME, () => {});
