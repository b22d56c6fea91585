/** The inverse of `totalsDocument`. What it reads came from elsewhere, and may be anything. */
import { NightjarError } from "../errors.ts";
import { type ExactTotals, TOTALS_NAME, TOTALS_SCHEMA, TURN } from "./exact-totals.ts";
import { type Deflate, decodeV2Compressed } from "./hdr-codec.ts";
import { EMPTY_HISTOGRAM, HIGHEST_NS, type SparseHistogram, slotOf } from "./histogram.ts";
import { COUNTS, type Counts, type ErrorCount, TALLY_HISTOGRAMS } from "./tally.ts";

export function malformedTotals(what: string): never {
  throw new NightjarError("protocol", `${TOTALS_NAME}: ${what}`);
}

/** What may have come from anywhere → the totals. Throws `protocol`. */
export function readTotals(value: unknown, inflate: Deflate): ExactTotals {
  const document = new Reader(value, "the document");
  const schema = document.text("schema");
  if (schema !== TOTALS_SCHEMA) malformedTotals(`${TOTALS_SCHEMA} is read, found "${schema}"`);
  const all = document.map("histograms");
  const read = (name: string) => histogramIn(all, name, inflate);
  const counts = document.map("counts");
  const opened = document.map("connections");
  const bytes = document.map("bytes");
  const names = TALLY_HISTOGRAMS.filter((name) => all.has(name));
  return {
    tally: {
      counts: Object.fromEntries(COUNTS.map((name) => [name, counts.count(name)])) as Counts,
      statuses: document.map("statuses").counts(),
      errors: errorsIn(document.map("errors")),
      histograms: Object.fromEntries(names.map((name) => [name, read(name)])),
    },
    turn: all.has(TURN) ? read(TURN) : EMPTY_HISTOGRAM,
    connections: {
      opened: opened.count("opened"),
      reused: opened.count("reused"),
      closedByServer: opened.count("closedByServer"),
      failed: opened.count("failed"),
      resumed: opened.count("resumed"),
    },
    bytes: { sent: bytes.count("sent"), received: bytes.count("received") },
  };
}

function errorsIn(errors: Reader): Record<string, ErrorCount> {
  return Object.fromEntries(
    errors.keys().map((kind) => {
      const one = errors.map(kind);
      return [
        kind,
        { count: one.count("count"), sample: one.text("sample"), atNs: one.numberOrNull("atNs") },
      ];
    }),
  );
}

/** Slots come from the encoded histogram, the moments from beside it: HdrHistogram has none. */
function histogramIn(all: Reader, name: string, inflate: Deflate): SparseHistogram {
  const one = all.map(name);
  const { slots, counts, count } = decoded(one, name, inflate);
  if (count !== one.count("count")) {
    malformedTotals(`${name} holds ${count} values, and says otherwise`);
  }
  const [min, max] = [one.count("min"), one.count("max")];
  const isInside = max <= HIGHEST_NS && slotOf(max) === slots[slots.length - 1];
  if (!isInside || min > max || slotOf(min) !== slots[0]) {
    malformedTotals(`min and max of ${name} are not in its first and last slot`);
  }
  return { slots, counts, count, min, max, ...sumsIn(one, { name, count, min, max }) };
}

function decoded(one: Reader, name: string, inflate: Deflate): SparseHistogram {
  const bytes = one.bytes("hdr");
  try {
    return decodeV2Compressed(bytes, inflate);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return malformedTotals(`hdr of ${name}: ${error.message}`);
  }
}

interface Bounds {
  readonly name: string;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** Σv and Σv², which lie between those of the least and of the greatest value alone. */
function sumsIn(one: Reader, { name, count, min, max }: Bounds) {
  const [sum, sumSquares] = [one.big("sum"), one.big("sumSquares")];
  const [n, low, high] = [count, min, max].map(BigInt);
  const isBetween = (value: bigint, power: bigint) =>
    value >= n * low ** power && value <= n * high ** power;
  if (!isBetween(sum, 1n) || !isBetween(sumSquares, 2n)) {
    malformedTotals(`sum or sumSquares of ${name} is not one of such values`);
  }
  return { sum, sumSquares };
}

/** A map of JSON of which nothing is known yet. */
class Reader {
  private readonly value: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown | undefined,
    private readonly where: string,
  ) {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    this.value = isMap ? (value as typeof this.value) : malformedTotals(`${where} is no map`);
  }

  keys(): string[] {
    return Object.keys(this.value);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.value, key);
  }

  map(key: string): Reader {
    return new Reader(this.has(key) ? this.value[key] : undefined, key);
  }

  text(key: string): string {
    const value = this.has(key) ? this.value[key] : undefined;
    return typeof value === "string"
      ? value
      : malformedTotals(`${key} of ${this.where} is no text`);
  }

  numberOrNull(key: string): number | null {
    return this.value[key] === null ? null : this.number(key);
  }

  number(key: string): number {
    const value = this.has(key) ? this.value[key] : undefined;
    return typeof value === "number"
      ? value
      : malformedTotals(`${key} of ${this.where} is no number`);
  }

  count(key: string): number {
    const value = this.number(key);
    const isCount = Number.isSafeInteger(value) && value >= 0;
    return isCount ? value : malformedTotals(`${key} of ${this.where} is no count: ${value}`);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.keys().map((key) => [key, this.count(key)]));
  }

  big(key: string): bigint {
    const text = this.text(key);
    return /^\d{1,60}$/.test(text)
      ? BigInt(text)
      : malformedTotals(`${key} of ${this.where} is no sum`);
  }

  bytes(key: string): Uint8Array {
    const text = this.text(key);
    try {
      return Uint8Array.fromBase64(text);
    } catch {
      return malformedTotals(`${key} of ${this.where} is no base64`);
    }
  }
}
