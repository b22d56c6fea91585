/** `nighthawk.client.Output`: what a run of Nighthawk came to. */
import { BUILD_VERSION } from "./envoy-messages.ts";
import { choice, list, message, one, type TypeOf } from "./fields.ts";
import { COMMAND_LINE_OPTIONS } from "./options-messages.ts";

const COUNTER = message({ name: one(1, "string"), value: one(2, "uint64") });

const PERCENTILE = message({
  duration: choice(1, "Duration", "duration_type"),
  raw_value: choice(4, "double", "duration_type"),
  percentile: one(2, "double"),
  count: one(3, "uint64"),
});

/** Latencies are Durations; sizes are raw numbers. */
export const STATISTIC = message({
  count: one(1, "uint64"),
  id: one(2, "string"),
  mean: choice(3, "Duration", "mean_type"),
  raw_mean: choice(8, "double", "mean_type"),
  pstdev: choice(4, "Duration", "pstdev_type"),
  raw_pstdev: choice(10, "double", "pstdev_type"),
  percentiles: list(5, PERCENTILE),
  min: choice(6, "Duration", "min_type"),
  raw_min: choice(12, "uint64", "min_type"),
  max: choice(7, "Duration", "max_type"),
  raw_max: choice(13, "uint64", "max_type"),
});

const USER_DEFINED_OUTPUT = message({
  plugin_name: one(1, "string"),
  typed_output: choice(2, "Any", "output_type"),
  error_message: choice(3, "string", "output_type"),
});

const WORKER_RESULT = message({
  name: one(1, "string"),
  statistics: list(2, STATISTIC),
  counters: list(3, COUNTER),
  execution_duration: one(4, "Duration"),
  execution_start: one(5, "Timestamp"),
  user_defined_outputs: list(6, USER_DEFINED_OUTPUT),
});

export const OUTPUT = message({
  timestamp: one(1, "Timestamp"),
  options: one(2, COMMAND_LINE_OPTIONS),
  results: list(3, WORKER_RESULT),
  version: one(4, BUILD_VERSION),
});

export type Output = TypeOf<typeof OUTPUT>;
/** Of one worker, or of all together: then its name is `global`. */
export type WorkerResult = TypeOf<typeof WORKER_RESULT>;
export type Statistic = TypeOf<typeof STATISTIC>;
export type Percentile = TypeOf<typeof PERCENTILE>;
export type Counter = TypeOf<typeof COUNTER>;

/** The name of the result over all workers. */
export const GLOBAL = "global";
