/** `nighthawk.client.FortioResult`: fortio's result, as Nighthawk has it. */
import { list, map, message, one, type TypeOf } from "./fields.ts";

const DATA_ENTRY = message({
  Start: one(1, "double"),
  End: one(2, "double"),
  Percent: one(3, "double"),
  Count: one(4, "uint64"),
});

const HISTOGRAM = message({
  Count: one(1, "uint64"),
  Data: list(2, DATA_ENTRY),
  Min: one(3, "double"),
  Max: one(4, "double"),
  Sum: one(5, "double"),
  Avg: one(6, "double"),
  StdDev: one(7, "double"),
  Percentiles: list(8, message({ Percentile: one(1, "double"), Value: one(2, "double") })),
});

export const FORTIO_RESULT = message({
  Labels: one(1, "string"),
  StartTime: one(2, "Timestamp"),
  RequestedQPS: one(3, "uint32"),
  RequestedDuration: one(4, "Duration"),
  ActualQPS: one(5, "double"),
  /** Nanoseconds. */
  ActualDuration: one(6, "double"),
  NumThreads: one(7, "uint32"),
  /** Seconds. */
  DurationHistogram: one(8, HISTOGRAM),
  RetCodes: map(11, "uint64"),
  URL: one(12, "string"),
  Version: one(13, "string"),
  Jitter: one(14, "bool"),
  RunType: one(15, "string"),
  /** Bytes. */
  Sizes: one(16, HISTOGRAM),
  HeaderSizes: one(17, HISTOGRAM),
  BytesSent: one(18, "uint64"),
  BytesReceived: one(19, "uint64"),
});

export type FortioResult = TypeOf<typeof FORTIO_RESULT>;
export type FortioHistogram = TypeOf<typeof HISTOGRAM>;
