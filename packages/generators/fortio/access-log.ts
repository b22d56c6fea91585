/**
 * A line of fortio's access log (`-access-log-format json`), one for each call:
 *
 *     {"latency":0.004047,"timestamp":1795647361934799079,"thread":0,"iter":0,"ok":true,
 *      "details":"200"}
 *
 * Latency in seconds of six digits; the timestamp is the call's start, ns of the wall clock;
 * details is the status, or −1 for any failure.
 */

export interface AccessLine {
  readonly latencyNs: number;
  readonly wallNs: number;
  readonly thread: number;
  readonly iter: number;
  /** 0: failed. */
  readonly status: number;
}

/** `undefined`: it is none of fortio's. */
export function parseAccessLine(line: string): AccessLine | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== "object" || row === null) return undefined;
  const { latency, timestamp, thread, iter, details } = row as Record<string, unknown>;
  if (!isAmount(latency) || !isAmount(timestamp) || !isCount(thread) || !isCount(iter)) {
    return undefined;
  }
  const status = Number(details);
  return {
    latencyNs: Math.round(latency * 1e6) * 1e3,
    wallNs: timestamp,
    thread,
    iter,
    status: Number.isInteger(status) && status >= 100 && status <= 599 ? status : 0,
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): value is number {
  return isAmount(value) && Number.isInteger(value);
}
