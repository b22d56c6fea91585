/** What every bench is handed, and what it hands back. */
import type { HiccupWatch } from "@nightjar/testkit/hiccups.ts";
import type { PartName } from "@nightjar/testkit/parts.ts";
import type { Claim } from "./claim.ts";
import type { MedianInterval } from "./median-interval.ts";

export const SERVER_CPU = 0;
export const CLIENT_CPU = 1;
/** Of nginx's answer. */
export const BODY_BYTES = 128;
export const CONNECTIONS = 50;

export interface Context {
  /** Short runs, to see that the bench itself works: nothing of it is for the record. */
  readonly quick: boolean;
  /** Aborted when the bench is interrupted. */
  readonly signal: AbortSignal;
  readonly hiccups: HiccupWatch;
}

/** `value`, a key of the claims → what was measured. A value that is missing was not measured. */
export type Values = Readonly<Record<string, MedianInterval>>;

export interface Findings {
  /** For people. */
  readonly lines: readonly string[];
  readonly values: Values;
  /** For `history.jsonl`: what the values were computed from. */
  readonly data: unknown;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  readonly parts: readonly PartName[];
  readonly claims: readonly Claim[];
  /** Of CPU time and memory alone, which other work on the machine can only make worse. */
  readonly onAnyMachine?: boolean;
  /** @throws NotMeasured */
  run(context: Context): Promise<Findings>;
}

/** The machine does not let it be measured; the message says why. */
export class NotMeasured extends Error {
  override name = "NotMeasured";
}
