/** docs/nighthawk.md speaks of every option, every predicate and every statistic. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { create } from "@bufbuild/protobuf";
import { Totals } from "@nightjar/core/record/totals.ts";
import { CommandLineOptionsSchema } from "../generated/nighthawk/client/options_pb.ts";
import { executionOf } from "./execution.ts";
import { COUNTERS } from "./predicates.ts";
import { REFUSED_OPTIONS } from "./refused-options.ts";
import { statisticsOf } from "./statistics.ts";

const document = readFileSync(new URL("../../../docs/nighthawk.md", import.meta.url), "utf8");
const [carried, rest] = document.split("Refused by name:");
const refused = rest.split("\n\n")[0];

/** What upstream's own documents call by its last word. */
const lastWord = (name: string) => name.split(".").at(-1) as string;

test("each option is carried out or refused, and the document says which", () => {
  for (const { name } of CommandLineOptionsSchema.fields) {
    const place = name in REFUSED_OPTIONS ? refused : carried;
    expect([name, place.includes(`\`${name}\``)]).toEqual([name, true]);
  }
  for (const name of Object.keys(REFUSED_OPTIONS)) expect(refused).toContain(`${lastWord(name)}\``);
});

test("a duration of zero is refused, and the row of durations says so", () => {
  const options = create(CommandLineOptionsSchema, {
    oneofUri: { case: "uri", value: { value: "http://127.0.0.1/" } },
    oneofDurationOptions: { case: "duration", value: { seconds: 0n } },
  });
  expect(() => executionOf(options, 1)).toThrow("duration: longer than 0 s");
  const row = carried.split("\n").find((line) => line.includes("`duration`"));
  expect(row).toContain("one of zero is refused");
});

test("each counter of a predicate is named", () => {
  for (const name of Object.keys(COUNTERS)) {
    const isRange = /^benchmark\.http_[2-5x]/.test(name);
    expect(isRange || document.includes(`\`${name}\``)).toBe(true);
  }
});

test("each statistic is named", () => {
  const options = create(CommandLineOptionsSchema, {
    oneofUri: { case: "uri", value: { value: "http://127.0.0.1/" } },
  });
  const execution = executionOf(options, 1);
  const ended = { durationNs: 1, startWallNs: 0n, failed: false, cancelled: false };
  const facts = { ...ended, totals: new Totals(execution.plan) };
  const ids = statisticsOf([facts], execution).map(({ id }) => id);
  expect(ids.length).toBe(13);
  for (const id of ids) {
    const isClass = /latency_[1345x]xx$/.test(id);
    expect([id, isClass || document.includes(lastWord(id))]).toEqual([id, true]);
  }
});
