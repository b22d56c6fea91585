import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { Histogram, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import fc from "fast-check";
import * as hdr from "hdr-histogram-js";
import { type HlogInterval, hlogOf } from "./hlog.ts";
import { parseHlog } from "./parse-hlog.ts";

const STARTED_AT = "2026-03-14T09:26:53.589Z";
const EPOCH_S = Date.parse(STARTED_AT) / 1000;

function histogramOf(values: readonly number[]): SparseHistogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.sparse();
}

function write(intervals: readonly HlogInterval[]): string {
  return hlogOf(intervals, { startedAt: STARTED_AT, deflate: deflateSync });
}

function interval(startS: number, tag: string | null, ...values: number[]): HlogInterval {
  return { startS, lengthS: 1, tag, histogram: histogramOf(values) };
}

const values = fc.array(fc.integer({ min: 0, max: 3_600_000_000_000 }), { maxLength: 40 });
const tags = fc.option(fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/), { nil: null });
const intervals = fc.array(
  fc.record({
    startS: fc.integer({ min: 0, max: 86_400_000 }).map((ms) => ms / 1000),
    lengthS: fc.integer({ min: 1, max: 60_000 }).map((ms) => ms / 1000),
    tag: tags,
    histogram: values.map(histogramOf),
  }),
  { maxLength: 8 },
);

describe("writing", () => {
  test("head, legend and lines are those of format 1.3", () => {
    const lines = write([interval(0, "response", 12_345_000), interval(1, null, 1)]).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "#[Histogram log format version 1.3]",
      `#[StartTime: 1773480413.589 (seconds since epoch), ${STARTED_AT}]`,
      "#[BaseTime: 1773480413.589 (seconds since epoch)]",
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ]);
    expect(lines[4]).toMatch(/^Tag=response,0\.000,1\.000,12\.345,HISTFAAAA[A-Za-z0-9+/=]+$/);
    expect(lines[5]).toMatch(/^1\.000,1\.000,0\.000,HISTFAAAA/);
    expect(lines.slice(6)).toEqual([""]);
  });

  test("lines are in the order of time, as readers take them to be", () => {
    const text = write([interval(2, "b", 1), interval(0, "a", 1), interval(2, "a", 1)]);
    const starts = text.split("\n").filter((line) => line.startsWith("Tag="));
    expect(starts.map((line) => line.slice(4, 7))).toEqual(["a,0", "b,2", "a,2"]);
  });

  test("comments stand at the head, one line each", () => {
    const head = { startedAt: STARTED_AT, deflate: deflateSync, comments: ["two\nlines"] };
    expect(hlogOf([], head).split("\n")[0]).toBe("#two lines");
  });

  test("what cannot be a tag, or a time, is a fault of the caller", () => {
    expect(() => write([interval(0, "a b", 1)])).toThrow("can be a tag");
    expect(() => write([interval(0, "", 1)])).toThrow("can be a tag");
    expect(() => hlogOf([], { startedAt: "soon", deflate: deflateSync })).toThrow("is a time");
  });
});

describe("reading", () => {
  test("gives back what was written", () => {
    fc.assert(
      fc.property(intervals, (written) => {
        const inOrder = [...written].sort((a, b) => a.startS - b.startS);
        const read = parseHlog(write(written), inflateSync);
        expect(read).toMatchObject({ version: "1.3", startTimeS: EPOCH_S, baseTimeS: EPOCH_S });
        expect(read.intervals.map(shape)).toEqual(inOrder.map(shape));
      }),
      { numRuns: 50 },
    );
  });

  test("stamps without a base time: far before the start they are counted from it", () => {
    const line = write([interval(5, null, 1)]).split("\n")[4];
    const base = (head: string) => parseHlog(`${head}\n${line}`, inflateSync).baseTimeS;
    expect(base("#[StartTime: 1700000000.000 (seconds since epoch), x]")).toBe(1_700_000_000);
    expect(base("#[StartTime: 4.000 (seconds since epoch), x]")).toBe(0);
    expect(base("#nothing")).toBe(0);
  });

  test("line ends of every system, empty lines and unknown comments", () => {
    const text = write([interval(0, "a", 1), interval(1, "a", 2)]);
    for (const end of ["\n", "\r\n", "\r"]) {
      const foreign = `#a comment\n\n${text}`.replaceAll("\n", end);
      expect(parseHlog(foreign, inflateSync).intervals).toHaveLength(2);
    }
  });
});

function shape({ startS, lengthS, tag, histogram }: HlogInterval) {
  const counts = Object.fromEntries([...histogram.slots].map((s, at) => [s, histogram.counts[at]]));
  return { startS, lengthS, tag, counts };
}

describe("malformed", () => {
  const good = write([interval(0, "a", 1, 2, 3)])
    .trimEnd()
    .split("\n");
  const payload = good[4].split(",")[4];
  const bad: [string, RegExp][] = [
    ["Tag=a,0.000,1.000,0.001", /four fields beside the tag, found 3/],
    ["nonsense", /four fields beside the tag, found 1/],
    [`Tag=,0,1,0,${payload}`, /the tag is empty/],
    [`Tag=a,zero,1,0,${payload}`, /StartTimestamp is a number of seconds, found "zero"/],
    [`Tag=a,0,,0,${payload}`, /Interval_Length is a number/],
    [`Tag=a,0,1,x,${payload}`, /Interval_Max is a number/],
    ["Tag=a,0,1,0,HISTFAAA", /cannot be read/],
    ["Tag=a,0,1,0,%%%", /cannot be read: not compressed base64/],
    [`Tag=a,0,1,0,${payload.slice(0, 24)}`, /cannot be read/],
    ["#[Histogram log format version 2.0]", /version 1\.x can be read, found "2\.0"/],
    ["#[StartTime: soon]", /startTime is a number/],
  ];
  for (const [line, message] of bad) {
    test(line.slice(0, 40), () => {
      const text = [...good.slice(0, 4), good[4], line].join("\n");
      expect(() => parseHlog(text, inflateSync)).toThrow(message);
      expect(() => parseHlog(text, inflateSync)).toThrow("histogram log, line 6: ");
      expect(() => parseHlog(text, inflateSync)).toThrow(expect.objectContaining({ code: "file" }));
    });
  }
});

describe("hdr-histogram-js agrees", () => {
  test("it reads what we write", () => {
    fc.assert(
      fc.property(intervals, (written) => {
        const reader = new hdr.HistogramLogReader(write(written), "packed");
        for (const { startS, lengthS, tag, histogram } of [...written].sort(
          (a, b) => a.startS - b.startS,
        )) {
          const theirs = reader.nextIntervalHistogram()!;
          expect(theirs.totalCount).toBe(histogram.count);
          expect(theirs.tag).toBe(tag ?? "NO TAG");
          expect(theirs.startTimeStampMsec / 1000).toBeCloseTo(EPOCH_S + startS, 3);
          expect(theirs.endTimeStampMsec / 1000).toBeCloseTo(EPOCH_S + startS + lengthS, 3);
          if (histogram.count === 0) continue;
          expect(Math.abs(theirs.maxValue - histogram.max)).toBeLessThanOrEqual(
            histogram.max * 0.001,
          );
        }
        expect(reader.nextIntervalHistogram()).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test("we read what it writes", () => {
    const options = { lowestDiscernibleValue: 1, highestTrackableValue: 3.6e12 } as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(tags, values), { maxLength: 6 }), (rows) => {
        let text = "";
        const writer = new hdr.HistogramLogWriter((part) => {
          text += part;
        });
        writer.outputComment("[written by another]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(Date.parse(STARTED_AT));
        writer.outputLegend();
        for (const [at, [tag, recorded]] of rows.entries()) {
          const theirs = hdr.build({ ...options, bitBucketSize: "packed" });
          for (const value of recorded) theirs.recordValue(value);
          if (tag !== null) theirs.tag = tag;
          writer.outputIntervalHistogram(theirs, at, at + 1, 1e6);
        }
        const read = parseHlog(text, inflateSync);
        expect(read.intervals.map(shape)).toEqual(
          rows.map(([tag, recorded], at) =>
            shape({ startS: at, lengthS: 1, tag, histogram: histogramOf(recorded) }),
          ),
        );
        expect(read.baseTimeS).toBe(rows.length === 0 ? 0 : EPOCH_S);
      }),
      { numRuns: 30 },
    );
  });
});
