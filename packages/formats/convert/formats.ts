/** The table of what `convert` reads and writes. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import type { ConvertFormat } from "./content.ts";
import { PLAN_FORMATS } from "./plan-formats.ts";
import { RESULT_FORMATS } from "./result-formats.ts";

export const CONVERT_FORMATS: readonly ConvertFormat[] = [...PLAN_FORMATS, ...RESULT_FORMATS];

export const READ_NAMES = namesOf((row) => row.reads.length > 0);
export const WRITE_NAMES = namesOf((row) => row.writes.length > 0);

function namesOf(holds: (row: ConvertFormat) => boolean): readonly string[] {
  return CONVERT_FORMATS.filter(holds).map(({ name }) => name);
}

/** Throws `bad-usage`. `what`: the option that names it. */
export function convertFormat(name: string, what: string): ConvertFormat {
  const found = CONVERT_FORMATS.find((row) => row.name === name);
  if (found !== undefined) return found;
  const names = CONVERT_FORMATS.map((row) => row.name);
  throw new NightjarError(
    "bad-usage",
    `${what}: unknown format "${name}"${didYouMean(name, names)}`,
    `there are: ${names.join(", ")}`,
  );
}

/** Throws `bad-usage` where nothing that the one is read as can be written as the other. */
export function refuseUnrelated(from: ConvertFormat, to: ConvertFormat): void {
  if (from.reads.some((noun) => to.writes.includes(noun))) return;
  if (from.reads.length === 0) {
    throw new NightjarError(
      "bad-usage",
      `--from: ${from.name} is written and not read`,
      `allowed: ${READ_NAMES.join(", ")}`,
    );
  }
  const able = CONVERT_FORMATS.filter(({ writes }) =>
    from.reads.some((one) => writes.includes(one)),
  );
  const nouns = from.reads.join(" or a ");
  throw new NightjarError(
    "bad-usage",
    `--to: ${from.name} holds a ${nouns}, which ${to.name} cannot hold`,
    `allowed: ${able.map(({ name }) => name).join(", ")}`,
  );
}
