/**
 * StopCondition: what ends a run early, `errors > 10% for 3s`. It is a threshold that must *not*
 * come to hold, judged on the merged data of each second: when it has held for so many seconds in a
 * row, the run is over and has failed.
 */
import { NightjarError } from "../errors.ts";
import { DURATION_PATTERN, parseDurationNs, SECOND_NS } from "./quantity.ts";
import { parseThreshold, type Threshold, type Vocabulary } from "./threshold.ts";

export interface StopCondition {
  readonly expr: string;
  readonly threshold: Threshold;
  /** Seconds in a row. */
  readonly seconds: number;
}

const SHAPE = /^(.*?)\s+for(?:\s+(\S+))?\s*$/s;
const MAX_SECONDS = 3600;

/** Without `for`, one second. Throws `bad-plan`. */
export function parseStopCondition(
  text: string,
  where = "stopOn",
  vocabulary?: Vocabulary,
): StopCondition {
  const shape = SHAPE.exec(text);
  const threshold = parseThreshold(shape ? shape[1] : text, where, vocabulary);
  const seconds = shape ? readSeconds(shape[2] ?? "", text, where) : 1;
  return { expr: text.trim(), threshold, seconds };
}

function readSeconds(duration: string, text: string, where: string): number {
  const ns = DURATION_PATTERN.test(duration) ? parseDurationNs(duration) : 0;
  const seconds = ns / SECOND_NS;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  const column = text.lastIndexOf(duration) + 1;
  const found = duration === "" ? "nothing" : `"${duration}"`;
  throw new NightjarError(
    "bad-plan",
    `${where}: "${text}", column ${column}: whole seconds up to an hour, found ${found}`,
    "it is judged once a second, like errors > 10% for 3s",
  );
}
