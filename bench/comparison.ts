/** Pairs of measurements as numbers: how much of a peer's rate, and how much more CPU. */
import { show } from "./claim.ts";
import type { Measurement } from "./measurement.ts";
import { type MedianInterval, medianInterval } from "./median-interval.ts";
import type { Pair, Rival } from "./rounds.ts";

export type MeasuredPairs = ReadonlyMap<string, readonly Pair<Measurement>[]>;

/** Ours by theirs, pair by pair. */
export function ratio(
  pairs: readonly Pair<Measurement>[],
  field: "ratePerS" | "clientCpuUs",
): MedianInterval {
  return medianInterval(pairs.map(({ ours, peer }) => ours[field] / peer[field]));
}

/** `rate/wrk` and `cpu/wrk` for each peer that has all the pairs that it should have. */
export function ratiosOf(
  measured: MeasuredPairs,
  rivals: readonly Rival[],
): Record<string, MedianInterval> {
  const whole = rivals.flatMap(({ client: { name }, pairs: wanted }) => {
    const pairs = measured.get(name) ?? [];
    return pairs.length >= wanted ? [{ name, pairs }] : [];
  });
  return Object.fromEntries(
    whole.flatMap(({ name, pairs }) => [
      [`rate/${name}`, ratio(pairs, "ratePerS")],
      [`cpu/${name}`, ratio(pairs, "clientCpuUs")],
    ]),
  );
}

/** All runs of each client; ours are those of the peer with the most pairs. */
export function runsOf(measured: MeasuredPairs): Record<string, readonly Measurement[]> {
  const lists = [...measured.values()].filter((pairs) => pairs.length > 0);
  if (lists.length === 0) return {};
  const most = lists.reduce((a, b) => (b.length > a.length ? b : a));
  return Object.fromEntries([
    [most[0].ours.client, most.map(({ ours }) => ours)],
    ...lists.map((pairs) => [pairs[0].peer.client, pairs.map(({ peer }) => peer)]),
  ]);
}

const HEADS = [
  ...["client", "requests/s", "CPU-µs/request", "client CPU", "nginx CPU", "nginx µs/request"],
  ...["rate: nightjar by it", "CPU: nightjar by it", "pairs", "errors"],
];

/** A table in Markdown: ours first, each peer with the ratios to it. */
export function tableOf(measured: MeasuredPairs): string[] {
  const rows = Object.entries(runsOf(measured)).map(([name, runs]) =>
    rowOf(runs, ratioCells(measured.get(name))),
  );
  if (rows.length === 0) return ["no pair was free of hiccups"];
  return [HEADS, HEADS.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function ratioCells(pairs: readonly Pair<Measurement>[] | undefined): string[] {
  if (!pairs) return ["1", "1"];
  return [show(ratio(pairs, "ratePerS"), 3), show(ratio(pairs, "clientCpuUs"), 3)];
}

function rowOf(runs: readonly Measurement[], ratios: readonly string[]): string[] {
  const median = (field: Exclude<keyof Measurement, "client">, digits: number) =>
    medianInterval(runs.map((run) => run[field])).median.toFixed(digits);
  return [
    runs[0].client,
    median("ratePerS", 0),
    median("clientCpuUs", 2),
    `${median("clientCpuPercent", 0)} %`,
    `${median("serverCpuPercent", 0)} %`,
    median("serverCpuUs", 2),
    ...ratios,
    String(runs.length),
    String(runs.reduce((sum, { errors }) => sum + errors, 0)),
  ];
}

/** A client that counts otherwise than nginx does, by more than what it had in flight. */
export function miscounts(measured: MeasuredPairs, connections: number): string[] {
  const isWrong = ({ requests, errors, served }: Measurement) =>
    Math.abs(served - requests - errors) > 2 * connections + served * 0.005;
  return Object.values(runsOf(measured))
    .flat()
    .filter(isWrong)
    .map(
      ({ client, requests, errors, served }) =>
        `${client} counts ${requests} answers and ` + `${errors} errors, nginx ${served} requests`,
    );
}
