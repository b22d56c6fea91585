/**
 * What a second worker brings. Two workers at full speed, and a server that keeps up, need four
 * cores to themselves. On two, a worker and a server share each core:
 *
 *     one pair     CPU 0: worker, nginx                               CPU 1 likewise, by turns
 *     two pairs    CPU 0: worker, nginx        CPU 1: worker, nginx   one run, one port
 *
 *     scale = 2 × (rate of two pairs) / (sum of the rates of one pair on each CPU)
 *
 * So twice the work on twice the cores, at about half the rate that a core of its own would give.
 */
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type Nginx, startNginx } from "@nightjar/testkit/nginx.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { workerCommand } from "@nightjar/testkit/runs.ts";
import { placed } from "./child.ts";
import { show } from "./claim.ts";
import {
  type Bench,
  BODY_BYTES,
  CLIENT_CPU,
  CONNECTIONS,
  type Context,
  type Findings,
  SERVER_CPU,
} from "./context.ts";
import { medianInterval } from "./median-interval.ts";
import { undisturbed } from "./rounds.ts";
import { runWorkers } from "./worker-run.ts";

const CPUS = [SERVER_CPU, CLIENT_CPU];
const ROUNDS = 7;
const DURATION_S = 3;

interface Round {
  /** A second: of one pair on each CPU, and of the two together. */
  readonly single: readonly number[];
  readonly both: number;
}

/** Requests a second of one worker on each of `cpus`, with a server beside each. */
async function rateOn(cpus: readonly number[], context: Context): Promise<number> {
  const sharedPort = freePort();
  const servers: Nginx[] = [];
  try {
    for (const cpu of cpus)
      servers.push(await startNginx({ cpu, bodyBytes: BODY_BYTES, sharedPort }));
    const plan: PlanDocument = {
      targets: [{ url: servers[0].url }],
      load: { model: "closed", rate: "max", connections: CONNECTIONS * cpus.length },
      duration: `${context.quick ? 1 : DURATION_S}s`,
    };
    const command = (index: number) => placed(workerCommand("sleep"), cpus[index]);
    const { result } = await runWorkers(plan, { workers: cpus.length, command }, context);
    return result.achieved.ratePerS;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function measureRound(context: Context): Promise<Round> {
  const single = [];
  for (const cpu of CPUS) single.push(await rateOn([cpu], context));
  return { single, both: await rateOn(CPUS, context) };
}

async function measureRounds(context: Context): Promise<Findings> {
  const wanted = context.quick ? 1 : ROUNDS;
  const rounds: Round[] = [];
  for (let round = 0; round < wanted; round++) {
    const measured = await undisturbed(context, () => measureRound(context));
    if (measured) rounds.push(measured);
  }
  if (rounds.length < wanted) return { lines: [], values: {}, data: rounds };
  const sum = ({ single }: Round) => single.reduce((total, rate) => total + rate, 0);
  const scale = medianInterval(rounds.map((round) => (2 * round.both) / sum(round)));
  return { lines: describe(rounds), values: { scale }, data: rounds };
}

function describe(rounds: readonly Round[]): string[] {
  const of = (rates: number[]) => show(medianInterval(rates), 0);
  return [
    ...CPUS.map((cpu, at) => `one worker, CPU ${cpu}: ${of(rounds.map((r) => r.single[at]))} /s`),
    `two workers, CPUs ${CPUS.join(" and ")}: ${of(rounds.map(({ both }) => both))} /s`,
  ];
}

export const twoWorkers: Bench = {
  name: "workers",
  title: "what a second worker brings, each with its server on one core",
  parts: ["nginx"],
  claims: [
    {
      kind: "aim",
      value: "scale",
      says: "two workers ≥ 1.9 × one, each sharing its core with its server",
      limit: { atLeast: 1.9 },
      digits: 3,
    },
  ],
  run: measureRounds,
};
