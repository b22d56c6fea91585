/**
 * Documents of other tools, damaged: whatever comes in, a converter says in one sentence what is
 * wrong with it, or makes a Result in which every number is one of the document, in another unit,
 * the upper edge of a slot, or of a formula that the test lists.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { highestOf, slotOf } from "@nightjar/core/record/histogram.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { mutations } from "./mutations.ts";

/** From a number of the document to seconds, milliseconds, bytes: s, ms, us, ns, m, h, K, M, … */
const UNITS = [
  ...[1, 1e3, 1e6, 1e9, 1e12, 1e15, 60, 3600, 60e3, 3600e3, 1e-3, 1e-6, 1e-9],
  ...[2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40, 2 ** 50],
];
const DIGITS = 6;
const HOUR_MS = 3.6e6;

function key(value: number): string {
  return value === 0 ? "0" : value.toPrecision(DIGITS);
}

/** As a histogram of ours states a value of its slot. */
function upperEdgeMs(ms: number): number {
  return ms >= 0 && ms <= HOUR_MS ? highestOf(slotOf(Math.round(ms * 1e6))) / 1e6 : ms;
}

function knownIn(text: string): Set<string> {
  const known = new Set([key(0)]);
  for (const [digits] of text.matchAll(/\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)) {
    for (const unit of UNITS) {
      const value = Number(digits) * unit;
      for (const one of [value, Math.round(value), Math.round(value * 1e6) / 1e6]) {
        known.add(key(one)).add(key(upperEdgeMs(one)));
      }
    }
  }
  return known;
}

function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersOf);
}

/** The numbers of a Result that come from nowhere; `formulas`: what may be reckoned besides. */
export function strangers(
  { generator, ...result }: ResultDocument,
  text: string,
  formulas: readonly number[],
): number[] {
  const known = knownIn(text);
  for (const value of formulas) known.add(key(value)).add(key(upperEdgeMs(value)));
  const all = [...numbersOf(result), ...numbersOf(generator.version)];
  return all.filter((value) => !known.has(key(value)) && !known.has(key(-value)));
}

export interface Trial {
  readonly convert: (text: string) => ResultDocument;
  /** Of the text and what was made of it. */
  readonly formulas: (result: ResultDocument, text: string) => readonly number[];
  /** How each refusal begins. */
  readonly refusal: RegExp;
}

/** One in so many of those that were read is looked at number by number. */
const LOOK = 8;

/** How many of the damaged texts were read. Throws for the first that does not keep the promise. */
export function tryDamaged(text: string, count: number, trial: Trial): number {
  let read = 0;
  for (const damaged of mutations(text, count)) {
    const result = converted(damaged, trial);
    if (result === undefined) continue;
    if (read++ % LOOK !== 0) continue;
    const { success, error } = resultDocumentSchema.safeParse(result);
    if (!success) throw new Error(`${JSON.stringify(error.issues[0])} of\n${damaged}`);
    const odd = strangers(result, damaged, trial.formulas(result, damaged));
    if (odd.length > 0) throw new Error(`${odd.join(", ")}: from nowhere, of\n${damaged}`);
  }
  return read;
}

function converted(text: string, { convert, refusal }: Trial): ResultDocument | undefined {
  try {
    return convert(text);
  } catch (error) {
    const isRefusal = error instanceof NightjarError && refusal.test(error.message);
    if (isRefusal) return undefined;
    throw new Error(`${error} of\n${text}`);
  }
}
