/** The highest rate of one worker on one core, and what a request costs, beside the peers. */
import { startNginx } from "@nightjar/testkit/nginx.ts";
import type { Claim } from "./claim.ts";
import { FORTIO, NIGHTJAR_MAX, PEERS, WRK } from "./client.ts";
import { type MeasuredPairs, miscounts, ratiosOf, runsOf, tableOf } from "./comparison.ts";
import {
  type Bench,
  BODY_BYTES,
  CONNECTIONS,
  type Context,
  type Findings,
  SERVER_CPU,
} from "./context.ts";
import { measure } from "./measurement.ts";
import { type Rival, rounds, undisturbed } from "./rounds.ts";

/** The interval of the median of seven is their whole range, at 98.4 %. */
const PAIRS = 7;
/** With peers that nothing is promised about. */
const PAIRS_WITH_OTHERS = 3;
const DURATION_S = 4;
const QUICK_S = 1;

const WRK_AND_FORTIO: readonly Rival[] = [WRK, FORTIO].map((client) => ({ client, pairs: PAIRS }));
const OTHERS: readonly Rival[] = PEERS.filter(
  (peer) => !WRK_AND_FORTIO.some(({ client }) => client === peer),
).map((client) => ({ client, pairs: PAIRS_WITH_OTHERS }));

async function compare(
  rivals: readonly Rival[],
  tls: boolean,
  context: Context,
): Promise<MeasuredPairs> {
  const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES, tls });
  const load = { durationS: context.quick ? QUICK_S : DURATION_S, connections: CONNECTIONS };
  try {
    return await rounds(NIGHTJAR_MAX, rivals, (client) =>
      undisturbed(context, () => measure(client, nginx, load, context)),
    );
  } finally {
    await nginx.stop();
  }
}

async function findings(all: readonly Rival[], tls: boolean, context: Context): Promise<Findings> {
  const rivals = context.quick ? all.map(({ client }) => ({ client, pairs: 1 })) : all;
  const measured = await compare(rivals, tls, context);
  return {
    lines: [...tableOf(measured), ...miscounts(measured, CONNECTIONS)],
    values: ratiosOf(measured, rivals),
    data: runsOf(measured),
  };
}

function claimsBesideWrk(protocol: string): Claim[] {
  const rate = { value: "rate/wrk", digits: 3 };
  const cpu = { value: "cpu/wrk", digits: 3 };
  return [
    { ...rate, kind: "must", says: `${protocol} rate ≥ 0.85 × wrk`, limit: { atLeast: 0.85 } },
    { ...rate, kind: "aim", says: `${protocol} rate ≥ 1.0 × wrk`, limit: { atLeast: 1 } },
    { ...cpu, kind: "aim", says: `${protocol} CPU a request ≤ 1.1 × wrk`, limit: { atMost: 1.1 } },
  ];
}

export const http: Bench = {
  name: "http",
  title: "HTTP/1.1, maximum rate, beside all peers",
  parts: ["nginx", ...PEERS.flatMap(({ parts }) => parts)],
  claims: [
    ...claimsBesideWrk("HTTP/1.1"),
    {
      kind: "must",
      value: "rate/fortio",
      says: "HTTP/1.1 rate ≥ 1.1 × fortio",
      limit: { atLeast: 1.1 },
      digits: 3,
    },
    {
      kind: "must",
      value: "cpu/wrk",
      says: "HTTP/1.1 CPU a request ≤ 1.25 × wrk",
      limit: { atMost: 1.25 },
      digits: 3,
    },
  ],
  run: (context) => findings([...WRK_AND_FORTIO, ...OTHERS], false, context),
};

export const https: Bench = {
  name: "https",
  title: "HTTPS/1.1 (TLS 1.3, AES-128-GCM), maximum rate, beside wrk",
  parts: ["nginx", "openssl", "wrk"],
  claims: claimsBesideWrk("HTTPS/1.1"),
  run: (context) => findings([{ client: WRK, pairs: PAIRS }], true, context),
};
