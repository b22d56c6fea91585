/** Each reader on what its client printed: fixtures are real outputs, `-errors` of a bad server. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Reading,
  readAb,
  readAutocannon,
  readFortio,
  readH2load,
  readHey,
  readNightjar,
  readVegeta,
  readWrk,
  Unreadable,
} from "./reading.ts";

const readers: Record<string, (printed: string) => Reading> = {
  ab: readAb,
  autocannon: readAutocannon,
  fortio: readFortio,
  h2load: readH2load,
  hey: readHey,
  vegeta: readVegeta,
  wrk: readWrk,
};

function read(name: string): Reading {
  const text = readFileSync(join(import.meta.dir, "fixtures", `${name}.txt`), "utf8");
  return readers[name.split("-")[0]](text);
}

test.each(
  Object.entries({
    "ab-errors": [11507, 5756, 1],
    ab: [26086, 0, 1.002],
    "autocannon-errors": [33069, 16534, 1.01],
    "autocannon-refused": [0, 11940, 1.01],
    autocannon: [14486, 0, 1.03],
    "fortio-errors": [16002, 8001, 1.000217117],
    fortio: [28407, 0, 1.002303478],
    "h2load-errors": [54918, 27459, 1],
    h2load: [26466, 0, 1.01],
    "hey-broken": [5000, 10, 1.2436],
    "hey-errors": [22553, 11276, 1.0009],
    "hey-refused": [0, 34222, 1.0011],
    hey: [20612, 0, 1.0052],
    "vegeta-errors": [17510, 8755, 1.000177653],
    "vegeta-refused": [0, 31537, 1.000085215],
    vegeta: [18771, 0, 1.000725913],
    "wrk-broken": [4990, 10, 3.01],
    "wrk-errors": [60806, 30403, 1.1],
    wrk: [25722, 0, 1.01],
  }),
)("%s", (name, expected) => {
  const { requests, errors, seconds } = read(name);
  expect([requests, errors, seconds]).toEqual(expected);
});

test.each(Object.entries({ ...readers, nightjar: readNightjar }))(
  "%s: what is not its output is refused",
  (_, reader) => {
    for (const text of ["", "Segmentation fault", "{}", '{"requests": {', "requests: 7 total"])
      expect(() => reader(text)).toThrow(Unreadable);
  },
);

test("nightjar: what was answered otherwise, failed or was dropped is an error", () => {
  const accounting = { completed: 90, failed: 7, dropped: 2, unsent: 1 };
  const result = { populations: { ok: 80 }, accounting, durationS: 4 };
  expect(readNightjar(JSON.stringify(result))).toEqual({ requests: 80, errors: 19, seconds: 4 });
});
