/** Vegeta's results against what `vegeta encode --to csv` makes of the same file. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { GobFault, GobReader, type GobResult } from "./gob.ts";

const folder = join(import.meta.dir, "fixtures");
const bytes = readFileSync(join(folder, "results.gob"));
/** Timestamp, code, latency, bytes out, bytes in, error, seq. */
const rows = readFileSync(join(folder, "results.csv"), "utf8")
  .trim()
  .split("\n")
  .map((line) => /^(\d+),(\d+),(\d+),(\d+),(\d+),(".*"|[^,]*),(\d+)$/.exec(line) as string[]);

function read(pieces: readonly Uint8Array[]): GobResult[] {
  const results: GobResult[] = [];
  const reader = new GobReader((result) => results.push(result));
  for (const piece of pieces) reader.add(Buffer.from(piece));
  return results;
}

test("as vegeta itself reads it", () => {
  const wanted = rows.map(([, wallNs, code, latencyNs, , , error, seq]) => ({
    ...{ seq: Number(seq), code: Number(code), wallNs: Number(wallNs) },
    latencyNs: Number(latencyNs),
    error: error.startsWith('"') ? error.slice(1, -1).replaceAll('""', '"') : error,
  }));
  expect(rows).toHaveLength(10);
  expect(read([bytes])).toEqual(wanted);
});

test("in whatever pieces it comes", () => {
  const whole = read([bytes]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
      expect(read(pieces)).toEqual(whole);
    }),
  );
});

describe("damaged", () => {
  test("a file that is cut off has the results before the cut", () => {
    const whole = read([bytes]);
    for (let length = 0; length < bytes.length; length += 7) {
      const found = read([bytes.subarray(0, length)]);
      expect(found).toEqual(whole.slice(0, found.length));
    }
    const reader = new GobReader(() => {});
    reader.add(bytes.subarray(0, bytes.length - 1));
    expect(reader.isCut).toBe(true);
  });

  test("it is read, or refused as none of vegeta's", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = value;
        try {
          read([damaged]);
        } catch (error) {
          expect(error).toBeInstanceOf(GobFault);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("there are no results in a text", () => {
    const text = "Usage: vegeta [global flags] <command> [command flags]\n".repeat(3);
    expect(read([Buffer.from(text)])).toEqual([]);
  });
});
