/** The inverse of `exactOutput`: reads what came over the wire, where anything may have come. */
import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { anyUnpack, StructSchema } from "@bufbuild/protobuf/wkt";
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Deflate, decodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import { EMPTY_HISTOGRAM, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { ConnectionCounts } from "@nightjar/core/record/snapshot.ts";
import {
  COUNTS,
  type Counts,
  type ErrorCount,
  TALLY_HISTOGRAMS,
} from "@nightjar/core/record/tally.ts";
import type { Result } from "../generated/nighthawk/client/output_pb.ts";
import { type ExactTotals, PLUGIN_NAME, TOTALS_SCHEMA, TURN } from "./exact-totals.ts";

/** `undefined`: a service of others, which tells percentiles alone. Throws `protocol`. */
export function readExactTotals(
  { userDefinedOutputs }: Result,
  inflate: Deflate,
): ExactTotals | undefined {
  const ours = userDefinedOutputs.find(({ pluginName }) => pluginName === PLUGIN_NAME);
  if (ours?.outputType.case !== "typedOutput") return undefined;
  const struct = anyUnpack(ours.outputType.value, StructSchema);
  if (struct === undefined) return malformed("it is no Struct");
  return totalsIn(new Reader(toJson(StructSchema, struct), "the document"), inflate);
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `${PLUGIN_NAME} of a Nighthawk result: ${what}`);
}

function totalsIn(document: Reader, inflate: Deflate): ExactTotals {
  const schema = document.text("schema");
  if (schema !== TOTALS_SCHEMA) malformed(`${TOTALS_SCHEMA} is read, found "${schema}"`);
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
    connections: opened.counts() as unknown as ConnectionCounts,
    bytes: { sent: bytes.count("sent"), received: bytes.count("received") },
  };
}

function errorsIn(errors: Reader): Record<string, ErrorCount> {
  return Object.fromEntries(
    errors.keys().map((kind) => {
      const one = errors.map(kind);
      return [
        kind,
        { count: one.count("count"), sample: one.text("sample"), atNs: one.number("atNs") },
      ];
    }),
  );
}

/** Slots come from the encoded histogram, the moments from beside it: HdrHistogram has none. */
function histogramIn(all: Reader, name: string, inflate: Deflate): SparseHistogram {
  const one = all.map(name);
  const { slots, counts, count } = decodeV2Compressed(one.bytes("hdr"), inflate);
  if (count !== one.count("count")) malformed(`${name} holds ${count} values, and says otherwise`);
  const [min, max] = [one.count("min"), one.count("max")];
  return { slots, counts, count, min, max, sum: one.big("sum"), sumSquares: one.big("sumSquares") };
}

/** A map of JSON of which nothing is known yet. */
class Reader {
  private readonly value: Readonly<Record<string, JsonValue>>;

  constructor(
    value: JsonValue | undefined,
    private readonly where: string,
  ) {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    this.value = isMap ? value : malformed(`${where} is no map`);
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
    return typeof value === "string" ? value : malformed(`${key} of ${this.where} is no text`);
  }

  number(key: string): number {
    const value = this.has(key) ? this.value[key] : undefined;
    return typeof value === "number" ? value : malformed(`${key} of ${this.where} is no number`);
  }

  count(key: string): number {
    const value = this.number(key);
    const isCount = Number.isSafeInteger(value) && value >= 0;
    return isCount ? value : malformed(`${key} of ${this.where} is no count: ${value}`);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.keys().map((key) => [key, this.count(key)]));
  }

  big(key: string): bigint {
    const text = this.text(key);
    return /^\d{1,60}$/.test(text) ? BigInt(text) : malformed(`${key} of ${this.where} is no sum`);
  }

  bytes(key: string): Uint8Array {
    try {
      return Uint8Array.fromBase64(this.text(key));
    } catch (error) {
      if (error instanceof NightjarError) throw error;
      return malformed(`${key} of ${this.where} is no base64`);
    }
  }
}
