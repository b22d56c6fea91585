/** The golden files of Nighthawk, byte for byte. */
import { describe, expect, test } from "bun:test";
import { fixturesOf } from "@nightjar/testkit/fixture-text.ts";
import { Place } from "../reading/place.ts";
import { WHOLE_JSON } from "./fixtures/whole-output.ts";
import { messageJson } from "./json.ts";
import { OUTPUT_FORMATS, writeOutput } from "./output-formats.ts";
import { STATISTIC } from "./output-messages.ts";
import { readMessage } from "./parse-message.ts";
import { outputOf, parseOutput } from "./parse-output.ts";

const golden = fixturesOf(import.meta.url);
const output = parseOutput(golden("output_formatter.json.gold"));

describe("the golden Output as", () => {
  test.each([
    ["json", "json"],
    ["human", "txt"],
    ["csv", "csv"],
    ["dotted", "dotted"],
    ["prometheus", "prometheus"],
  ] as const)("%s", (format, file) => {
    expect(writeOutput(output, format)).toBe(golden(`output_formatter.${file}.gold`));
  });

  test("yaml, with the version in its places", () => {
    const wanted = golden("output_formatter.yaml.gold")
      .replace("@version_major@", "0")
      .replace("@version_minor@", "3")
      .replace("@version_patch@", "0");
    expect(writeOutput(output, "yaml")).toBe(wanted);
  });
});

test("a statistic alone", () => {
  const text = golden("hdr_proto_json.gold");
  const statistic = readMessage(new Place(JSON.parse(text), "statistic"), STATISTIC);
  expect(messageJson(statistic, STATISTIC)).toBe(`${text}\n`);
});

test("the formats are upstream's, in its order", () => {
  expect(OUTPUT_FORMATS).toEqual([
    "json",
    "human",
    "yaml",
    "dotted",
    "fortio",
    "experimental_fortio_pedantic",
    "csv",
    "prometheus",
  ]);
});

test("a percentile has eight digits", () => {
  const points = [{ percentile: 0.99931640625, count: "1", duration: "0s" }];
  const statistics = [{ count: "1", id: "foo", percentiles: points }];
  const said = writeOutput(outputOf({ results: [{ name: "global", statistics }] }), "human");
  expect(said.split("\n").slice(2, 8)).toEqual([
    "foo (1 samples)",
    "  min: 0 | mean: 0 | max: 0 | pstdev: 0",
    "",
    "  Percentile  Count       Value          ",
    "  0.99931641  1           0s 000ms 000us ",
    "",
  ]);
});

test("known statistics have names, and seconds begin again at a thousand", () => {
  const statistics = [
    { count: 1, id: "sequencer.callback", min: "1234.000567899s" },
    { count: 1, id: "benchmark_http_client.response_body_size", raw_mean: 1e16, raw_max: "3" },
    { count: 0, id: "nothing" },
  ];
  const counters = [{ name: "a", value: 1 }];
  const result = { name: "global", statistics, counters, execution_duration: "8s" };
  const said = writeOutput(outputOf({ results: [result, { name: "worker_0" }] }), "human");
  expect(said).toContain("Initiation to completion (1 samples)\n  min: 234s 000ms 567us | ");
  expect(said).toContain(
    "Response body size in bytes (1 samples)\n  min: 0 | mean: 1e+16 | max: 3",
  );
  // Exactly between 0.12 and 0.13: the even one.
  expect(said).toContain("a                                       1           0.12\n");
  expect(said).not.toContain("nothing");
});

describe("fortio", () => {
  const whole = parseOutput(WHOLE_JSON);

  test("all that upstream takes over, and the order and types of it", () => {
    const text = writeOutput(whole, "fortio");
    const { DurationHistogram, Sizes, HeaderSizes, ...rest } = JSON.parse(text);
    expect(rest).toEqual({
      Labels: "mesh on run 7",
      RequestedQPS: 500,
      ActualQPS: 991 / 2.000000429,
      ActualDuration: 2000000429,
      NumThreads: 20,
      RetCodes: { "200": "980" },
      URL: "http://127.0.0.1:8080/",
      Version: "0.3.0",
      Jitter: true,
      RunType: "HTTP",
      BytesSent: "59400",
      BytesReceived: "134640",
      StartTime: "2026-03-14T09:26:55.589793238Z",
      RequestedDuration: "2s",
    });
    expect(Object.keys(rest).slice(-2)).toEqual(["StartTime", "RequestedDuration"]);
    expect(Sizes).toMatchObject({ Count: "990", Data: [], Min: 10, Max: 10, Sum: 9900 });
    expect(HeaderSizes).toMatchObject({ Avg: 97, Percentiles: [] });
    const { Data, Percentiles, ...moments } = DurationHistogram;
    expect(moments).toEqual({
      Count: "990",
      Min: 0.000401407,
      Max: 0.021012479,
      Sum: 990 * 0.000987654,
      Avg: 0.000987654,
      StdDev: 0.001300021,
    });
    expect(Data.slice(0, 2)).toEqual([
      { Start: 0.000401407, End: 0.000401407, Percent: 0, Count: "1" },
      { Start: 0.000401407, End: 0.000812031, Percent: 50, Count: "494" },
    ]);
    expect(Data.map((bucket: { Count: string }) => Number(bucket.Count))).toEqual([
      ...[1, 494, 248, 149, 49, 40, 8, 1],
    ]);
    expect(Percentiles.map(({ Percentile }: { Percentile: number }) => Percentile)).toEqual([
      ...[50, 75, 90, 95, 99, 99.9],
    ]);
  });

  test("pedantic: numbers are numbers, and the wanted rate is a text", () => {
    const plain = JSON.parse(writeOutput(whole, "fortio"));
    const pedantic = JSON.parse(writeOutput(whole, "experimental_fortio_pedantic"));
    expect(pedantic).toMatchObject({
      RequestedQPS: "500",
      RetCodes: { "200": 980 },
      BytesSent: 59400,
      DurationHistogram: { Count: 990 },
    });
    const bare = (value: unknown) => JSON.stringify(value).replace(/"(\d+)"/g, "$1");
    expect(bare(pedantic)).toBe(bare(plain));
  });

  test("one worker alone has one result, and what is absent is 0 or left out", () => {
    const alone = outputOf({
      options: { requests_per_second: 7, multi_target: {} },
      results: [{ name: "global", execution_duration: "1s" }],
    });
    const said = JSON.parse(writeOutput(alone, "fortio"));
    expect(said).toMatchObject({ RequestedQPS: 7, NumThreads: 0, URL: "", Version: "0.0.0" });
    expect(said).toMatchObject({ RetCodes: { "200": "0" }, RequestedDuration: "0s", ActualQPS: 0 });
    expect(said).not.toHaveProperty("DurationHistogram");
  });

  test.each(["fortio", "experimental_fortio_pedantic"] as const)("%s needs a global", (format) => {
    expect(() => writeOutput(outputOf({ results: [] }), format)).toThrow(
      'Nighthawk Output: results: one named "global" is wanted, found none',
    );
    expect(() => writeOutput(outputOf({ results: [{ name: "worker_0" }] }), format)).toThrow(
      'found "worker_0"',
    );
  });
});

test("prometheus: names and labels are such as may be read, whatever is in the document", () => {
  const counters = [{ name: "ssl.ciphers.ECDHE-RSA", value: 6 }];
  const said = writeOutput(outputOf({ results: [{ name: 'a"b\\\n', counters }] }), "prometheus");
  expect(said).toBe(
    "# TYPE nighthawk_ssl_ciphers_ECDHE_RSA counter\n" +
      'nighthawk_ssl_ciphers_ECDHE_RSA{scope="a\\"b\\\\\\n"} 6\n',
  );
});

test("yaml: a text that would be read as something else is in quotes", () => {
  const labels = ["plain", "7", "true", "a: b", "- x", "", " pad", "tea # 2", "é", "line\nfeed"];
  const said = writeOutput(outputOf({ options: { labels } }), "yaml");
  expect(Bun.YAML.parse(said)).toMatchObject({ options: { labels } });
  expect(said).toContain('    - plain\n    - "7"\n    - "true"\n    - "a: b"\n');
});
