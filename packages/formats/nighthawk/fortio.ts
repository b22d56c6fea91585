/**
 * Nighthawk's `fortio`: an Output as a result that fortio's pages draw. A bucket of fortio is what
 * lies between two points of a statistic.
 *
 * As upstream has them: calls are those that were sent (`upstream_rq_total`), the only code is 200,
 * which stands for all of 2xx, and numbers of 64 bits are texts. `experimental_fortio_pedantic`
 * turns those into numbers, and the wanted rate into a text, as fortio itself writes them.
 */
import { FORTIO_RESULT, type FortioHistogram, type FortioResult } from "./fortio-message.ts";
import { globalOf } from "./global-result.ts";
import { messageJson } from "./json.ts";
import type { Output, Percentile, Statistic, WorkerResult } from "./output-messages.ts";
import { innerPercentiles } from "./statistic-text.ts";

const UINT32 = 2 ** 32;

function seconds(ns: bigint): number {
  return Number(ns) / 1e9;
}

function counter({ counters }: WorkerResult, name: string): bigint {
  return counters.find((one) => one.name === name)?.value ?? 0n;
}

function pointValue({ duration, raw_value: raw = 0 }: Percentile): number {
  return duration === undefined ? raw : seconds(duration);
}

function momentOf(statistic: Statistic, moment: "min" | "mean" | "max" | "pstdev"): number {
  const ns = statistic[moment];
  return ns === undefined ? Number(statistic[`raw_${moment}`] ?? 0) : seconds(ns);
}

/** The first begins where it ends, or it would begin at 0 and fill the page. */
function bucketsOf({ percentiles }: Statistic): FortioHistogram["Data"] {
  return percentiles.map((point, at) => {
    const before = percentiles[Math.max(at - 1, 0)];
    return {
      Start: pointValue(before),
      End: pointValue(point),
      Percent: point.percentile * 100,
      Count: BigInt.asUintN(64, point.count - (at === 0 ? 0n : before.count)),
    };
  });
}

function histogramOf(statistic: Statistic): FortioHistogram {
  const mean = momentOf(statistic, "mean");
  return {
    Count: statistic.count,
    Data: bucketsOf(statistic),
    Min: momentOf(statistic, "min"),
    Max: momentOf(statistic, "max"),
    Sum: Number(statistic.count) * mean,
    Avg: mean,
    StdDev: momentOf(statistic, "pstdev"),
    Percentiles: innerPercentiles(statistic).map((point) => ({
      // 0.990625 is shown as 99.
      Percentile: Math.floor(point.percentile * 1000) / 10,
      Value: pointValue(point),
    })),
  };
}

function histogramNamed({ statistics }: WorkerResult, id: string): FortioHistogram | undefined {
  const statistic = statistics.find((one) => one.id === id);
  return statistic && histogramOf(statistic);
}

function versionText({ version }: Output): string {
  const { major_number = 0, minor_number = 0, patch = 0 } = version?.version ?? {};
  return `${major_number}.${minor_number}.${patch}`;
}

/** What was asked for, of all workers. One alone has no result beside the global one. */
function requestedOf({ options, results }: Output) {
  const workers = results.length === 1 ? 1 : results.length - 1;
  return {
    Labels: options?.labels.join(" ") ?? "",
    RequestedQPS: (workers * (options?.requests_per_second ?? 0)) % UINT32,
    RequestedDuration: options?.duration ?? 0n,
    NumThreads: (workers * (options?.connections ?? 0)) % UINT32,
    URL: options?.uri ?? "",
    Jitter: (options?.jitter_uniform ?? 0n) > 0n,
  };
}

function fortioResult(output: Output): FortioResult {
  const whole = globalOf(output);
  const durationNs = output.results[output.results.length - 1].execution_duration ?? 0n;
  return {
    ...requestedOf(output),
    StartTime: output.timestamp ?? 0n,
    ActualQPS: Number(counter(whole, "upstream_rq_total")) / seconds(durationNs),
    ActualDuration: Number(durationNs),
    DurationHistogram: histogramNamed(whole, "benchmark_http_client.request_to_response"),
    RetCodes: { "200": counter(whole, "benchmark.http_2xx") },
    Version: versionText(output),
    RunType: "HTTP",
    Sizes: histogramNamed(whole, "benchmark_http_client.response_body_size"),
    HeaderSizes: histogramNamed(whole, "benchmark_http_client.response_header_size"),
    BytesSent: counter(whole, "upstream_cx_tx_bytes_total"),
    BytesReceived: counter(whole, "upstream_cx_rx_bytes_total"),
  };
}

/** Throws `file` for an Output without a result over all workers. */
export function fortio(output: Output): string {
  return messageJson(fortioResult(output), FORTIO_RESULT);
}

export function fortioPedantic(output: Output): string {
  return fortio(output)
    .replace(/"RequestedQPS": (\d+)/, '"RequestedQPS": "$1"')
    .replace(/"(\d{3}|Count|BytesSent|BytesReceived)": "(\d+)"/g, '"$1": $2');
}
