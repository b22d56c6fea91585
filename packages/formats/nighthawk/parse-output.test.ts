/** Documents that are no Output, and those that are in each way that proto3 JSON allows. */
import { describe, expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import { fixturesOf } from "@nightjar/testkit/fixture-text.ts";
import { mutations } from "@nightjar/testkit/mutations.ts";
import { WHOLE_JSON } from "./fixtures/whole-output.ts";
import { OUTPUT_FORMATS, writeOutput } from "./output-formats.ts";
import { outputOf, parseOutput } from "./parse-output.ts";

const GOLDEN_JSON = fixturesOf(import.meta.url)("output_formatter.json.gold");

const statistic = (fields: object) => ({ results: [{ statistics: [fields] }] });

describe("refused, with the place", () => {
  const cases: [string, object, string][] = [
    ["an unknown field", { result: [] }, "result: there is no such field (did you mean"],
    [
      "one deep inside",
      statistic({ percentiles: [{ percentil: 1 }] }),
      "results[0].statistics[0].percentiles[0].percentil: there is no such field (did you mean",
    ],
    ["an inherited name", { constructor: {} }, "constructor: there is no such field"],
    ["a list for an object", { options: [] }, "options: an object is wanted, found []"],
    ["an object for a list", { results: {} }, "results: a list is wanted, found {}"],
    [
      "a count below 0",
      statistic({ count: "-1" }),
      "results[0].statistics[0].count: a whole number",
    ],
    [
      "a count of 2^64",
      statistic({ count: "18446744073709551616" }),
      "a whole number from 0 to 184",
    ],
    ["a large count without quotes", statistic({ count: 2 ** 60 }), "in quotes where it is larger"],
    ["a part of a count", statistic({ count: 1.5 }), "a whole number from 0 to"],
    ["two means", statistic({ mean: "1s", raw_mean: 1 }), "raw_mean: it cannot stand beside mean"],
    [
      "both spellings",
      { options: { openLoop: true, open_loop: true } },
      "options.open_loop: the field is given twice, in both spellings",
    ],
    [
      "two of one in the options",
      { options: { duration: "1s", no_duration: true } },
      "options.no_duration: it cannot stand beside duration",
    ],
    ["a duration without s", statistic({ mean: "1.5" }), 'mean: a duration like "1.5s" is wanted'],
    ["ten decimals", statistic({ mean: "0.0000000001s" }), "mean: a duration"],
    ["too long a duration", statistic({ mean: "315576000001s" }), "a duration up to 10,000 years"],
    ["no such day", { timestamp: "2026-02-31T00:00:00Z" }, "timestamp: a time like"],
    ["no such zone", { timestamp: "2026-02-01T00:00:00+99:00" }, "timestamp: a time like"],
    ["a time without a zone", { timestamp: "2026-02-01T00:00:00" }, "timestamp: a time like"],
    [
      "an unknown word",
      { options: { verbosity: { value: "WARM" } } },
      "options.verbosity.value: one of DEFAULT, INFO, TRACE, DEBUG, WARN, ERROR, CRITICAL (did you",
    ],
    ["a text for a flag", { options: { open_loop: "yes" } }, "open_loop: true or false is wanted"],
    ["a number for a text", { options: { uri: 7 } }, "options.uri: a text is wanted, found 7"],
    [
      "a predicate's threshold",
      { options: { failure_predicates: { "benchmark.http_5xx": "x" } } },
      'options.failure_predicates["benchmark.http_5xx"]: a whole number from 0 to',
    ],
    [
      "content without a type",
      { options: { rate_limiter_plugin_config: { typed_config: {} } } },
      'typed_config["@type"]: a type\'s address is wanted, found nothing',
    ],
    ["infinity in digits", statistic({ raw_mean: "1e999" }), "raw_mean: a number is wanted"],
  ];
  test.each(cases)("%s", (_, document, message) => {
    expect(() => outputOf(document)).toThrow(NightjarError);
    expect(() => outputOf(document)).toThrow(message);
    expect(() => outputOf(document)).toThrow(/^Nighthawk Output: /);
  });

  test.each([
    ["", "Nighthawk Output: it is empty"],
    [" \n", "Nighthawk Output: it is empty"],
    ["foo bar blah", 'not JSON: line 1, column 1: a value is wanted, found "foo"'],
    [
      "{invalid_field:1}",
      'line 1, column 2: a key in quotes or } is wanted, found "invalid_field:1"',
    ],
    ['{\n "a": NaN}', 'line 2, column 7: a value is wanted, found "NaN"'],
    ['{"results": [1,]}', 'line 1, column 16: a value is wanted, found "]"'],
    ['{"results": []} x', 'line 1, column 17: the end is wanted, found "x"'],
    ['{"results": [{"na', "it is cut short: it ends at line 1, column 15"],
    [GOLDEN_JSON.slice(0, 5000), "it is cut short: it ends at line "],
    ["[]", "Nighthawk Output: an object is wanted, found []"],
    ["null", "Nighthawk Output: an object is wanted, found null"],
  ])("%j", (text, message) => {
    expect(() => parseOutput(text)).toThrow(message);
  });

  test("what is nested too deeply", () => {
    const deep = (levels: number) => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level++) value = { a: value };
      return { version: { metadata: value } };
    };
    expect(() => outputOf(deep(101))).toThrow("version.metadata: it is nested more than 100 deep");
    expect(writeOutput(outputOf(deep(99)), "yaml")).toContain("a: 1");
    expect(() => parseOutput("[".repeat(1_000_000))).toThrow(NightjarError);
  });
});

describe("allowed", () => {
  test("names in camelCase, null for nothing, numbers for texts of digits and for words", () => {
    const document = {
      options: {
        requestsPerSecond: "250",
        verbosity: { value: 4 },
        outputFormat: { value: 99 },
        noDuration: null,
      },
      results: [{ name: null, executionDuration: "1.500s", counters: [{ name: "a", value: 7 }] }],
    };
    expect(outputOf(document)).toMatchObject({
      options: {
        requests_per_second: 250,
        verbosity: { value: "WARN" },
        output_format: { value: 99 },
        labels: [],
      },
      results: [{ name: "", execution_duration: 1_500_000_000n, statistics: [] }],
    });
  });

  test("numbers of 64 bits and nanoseconds stay exact; NaN is a word", () => {
    const output = parseOutput(
      JSON.stringify({
        timestamp: "2026-03-14T11:26:53.589793238+02:00",
        results: [
          {
            counters: [{ name: "bytes", value: "18446744073709551615" }],
            statistics: [{ mean: "-0.000000001s", raw_pstdev: "NaN" }],
          },
        ],
      }),
    );
    const text = writeOutput(output, "json");
    expect(text).toContain('"value": "18446744073709551615"');
    expect(text).toContain('"timestamp": "2026-03-14T09:26:53.589793238Z"');
    expect(text).toContain('"mean": "-0.000000001s"');
    expect(text).toContain('"raw_pstdev": "NaN"');
    expect(writeOutput(output, "dotted")).toContain("pstdev: nan");
  });

  test("what belongs to Envoy alone is kept word for word", () => {
    const typed = { "@type": "type.googleapis.com/a.B", list: [1, { x: "1s" }, null] };
    const sink = { name: "sink", typed_config: typed };
    const { options } = JSON.parse(
      writeOutput(outputOf({ options: { stats_sinks: [sink] } }), "json"),
    );
    expect(options.stats_sinks).toEqual([sink]);
  });
});

test("JSON and YAML of a whole Output are read back as the same Output", () => {
  const output = parseOutput(WHOLE_JSON);
  expect(parseOutput(writeOutput(output, "json"))).toEqual(output);
  expect(outputOf(Bun.YAML.parse(writeOutput(output, "yaml")))).toEqual(output);
});

/** On a busy machine. */
const LIMIT_MS = 180_000;

/** Numbers that stand in a text, by their value. */
function numbersIn(text: string): Set<number> {
  return new Set(
    [...text.matchAll(/\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)].map(([digits]) => Number(digits)),
  );
}

describe("10,000 damaged documents: one error with its place, or an Output in all formats", () => {
  test.each([
    ["the golden one", GOLDEN_JSON],
    ["a whole one", WHOLE_JSON],
  ])(
    "%s",
    (_, document) => {
      let read = 0;
      for (const text of mutations(document, 10_000)) {
        let output: ReturnType<typeof parseOutput>;
        try {
          output = parseOutput(text);
        } catch (error) {
          if (!(error instanceof NightjarError)) throw new Error(`${error} of ${text}`);
          expect(error.message).toStartWith("Nighthawk Output: ");
          continue;
        }
        read++;
        for (const format of OUTPUT_FORMATS) {
          try {
            writeOutput(output, format);
          } catch (error) {
            if (!(error instanceof NightjarError)) throw new Error(`${error} of ${text}`);
          }
        }
        // In JSON nothing is computed: what is absent is 0, or the epoch.
        const known = numbersIn(text);
        const said = [...numbersIn(writeOutput(output, "json"))].filter((n) => !known.has(n));
        expect(said.filter((n) => n !== 0)).toEqual([]);
      }
      expect(read).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});
