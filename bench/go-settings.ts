/**
 * Which `GOMAXPROCS` serves the Go clients best on one core. The table of clients has the better
 * one; this says whether it still does.
 */
import { type Nginx, startNginx } from "@nightjar/testkit/nginx.ts";
import { type Client, GO_CLIENTS } from "./client.ts";
import { type Bench, BODY_BYTES, CONNECTIONS, type Context, SERVER_CPU } from "./context.ts";
import { measure } from "./measurement.ts";
import { type MedianInterval, medianInterval } from "./median-interval.ts";
import { undisturbed } from "./rounds.ts";

const SETTINGS = ["1", "2"];
const ROUNDS = 3;
const DURATION_S = 2;

function variantsOf(client: Client): Client[] {
  return SETTINGS.map((procs) => ({
    ...client,
    name: `${client.name}, GOMAXPROCS=${procs}`,
    env: { GOMAXPROCS: procs },
  }));
}

async function ratesOf(
  clients: readonly Client[],
  nginx: Nginx,
  context: Context,
): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(clients.map(({ name }) => [name, []]));
  const load = { durationS: context.quick ? 1 : DURATION_S, connections: CONNECTIONS };
  for (let round = 0; round < (context.quick ? 1 : ROUNDS); round++) {
    for (const client of clients) {
      const run = await undisturbed(context, () => measure(client, nginx, load, context));
      if (run) rates.get(client.name)!.push(run.ratePerS);
    }
  }
  return rates;
}

function sayBest(client: Client, rates: ReadonlyMap<string, readonly number[]>): string {
  const medians = variantsOf(client).flatMap(({ name, env }) => {
    const values = rates.get(name) ?? [];
    if (values.length === 0) return [];
    return [{ procs: env!.GOMAXPROCS, ratePerS: medianInterval(values).median }];
  });
  if (medians.length < SETTINGS.length) return `${client.name}: not measured (hiccups)`;
  const best = medians.reduce((a, b) => (b.ratePerS > a.ratePerS ? b : a));
  const list = medians.map(({ procs, ratePerS }) => `${procs}: ${ratePerS.toFixed(0)}/s`);
  const chosen = client.env?.GOMAXPROCS;
  const note = best.procs === chosen ? "as the bench has it" : `the bench has ${chosen}`;
  return `${client.name}: GOMAXPROCS ${list.join(", ")}; best ${best.procs}, ${note}`;
}

export const goSettings: Bench = {
  name: "go",
  title: "the Go clients, with GOMAXPROCS 1 and 2 on one core",
  parts: ["nginx", ...GO_CLIENTS.flatMap(({ parts }) => parts)],
  claims: [],
  async run(context) {
    const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES });
    try {
      const rates = await ratesOf(GO_CLIENTS.flatMap(variantsOf), nginx, context);
      const values: Record<string, MedianInterval> = {};
      for (const [name, list] of rates) if (list.length > 0) values[name] = medianInterval(list);
      return { lines: GO_CLIENTS.map((client) => sayBest(client, rates)), values, data: {} };
    } finally {
      await nginx.stop();
    }
  },
};
