/**
 * Numbers in headers of the answers: which header holds them, and in what unit.
 *
 *     x-envoy-upstream-service-time[:ns|us|ms|s]     the whole value is a number; ms
 *     server-timing[/METRIC]                         the dur of a metric, or the first dur; ms
 */
import { refuse } from "./plan-load.ts";

const UNIT_NS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;
type Unit = keyof typeof UNIT_NS;

const SERVER_TIMING = "server-timing";

export interface RecordHeader {
  /** Its `recordedName`. */
  readonly label: string;
  /** In lower case. */
  readonly name: string;
  /** Of `server-timing`; `null`: whichever has a dur first. */
  readonly metric: string | null;
  readonly isServerTiming: boolean;
  readonly unitNs: number;
}

/** As reports, thresholds and histograms call the number that `text` asks for. */
export function recordedName(text: string): string {
  const [path] = text.split(":");
  const [name, metric] = path.split("/");
  return metric === undefined ? name.toLowerCase() : `${name.toLowerCase()}/${metric}`;
}

/** `texts` as the schema has let them through. Throws `bad-plan` with the place. */
export function parseRecordHeaders(texts: readonly string[]): RecordHeader[] {
  const headers = texts.map(parseRecordHeader);
  for (const [index, { label }] of headers.entries()) {
    const first = headers.findIndex((other) => other.label === label);
    if (first === index) continue;
    refuse(`recordHeaders[${index}]`, `"${label}" is recorded by recordHeaders[${first}] already`);
  }
  return headers;
}

function parseRecordHeader(text: string, index: number): RecordHeader {
  const where = `recordHeaders[${index}]`;
  const [path, unit = "ms"] = text.split(":");
  const [written, metric = null] = path.split("/");
  const name = written.toLowerCase();
  const isServerTiming = name === SERVER_TIMING;
  if (metric !== null && !isServerTiming) {
    refuse(
      where,
      `metrics are of ${SERVER_TIMING}, found one of "${name}"`,
      `leave /${metric} out`,
    );
  }
  if (isServerTiming && unit !== "ms") {
    refuse(where, `${SERVER_TIMING} is in milliseconds, found :${unit}`, `leave :${unit} out`);
  }
  return { label: recordedName(text), name, metric, isServerTiming, unitNs: UNIT_NS[unit as Unit] };
}
