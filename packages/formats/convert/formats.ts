/** The table of what `convert` reads and writes. */
import { assert, NightjarError } from "@nightjar/core/errors.ts";
import type { ConvertFormat } from "./content.ts";
import { PLAN_FORMATS } from "./plan-formats.ts";
import { REPORT_FORMATS } from "./report-formats.ts";
import { RESULT_FORMATS } from "./result-formats.ts";
import { TOOL_FORMATS } from "./tool-formats.ts";

export const CONVERT_FORMATS: readonly ConvertFormat[] = [
  ...PLAN_FORMATS,
  ...RESULT_FORMATS,
  ...TOOL_FORMATS,
  ...REPORT_FORMATS,
];

export const READ_NAMES = namesOf((row) => row.reads.length > 0);
export const WRITE_NAMES = namesOf((row) => row.writes.length > 0);

function namesOf(holds: (row: ConvertFormat) => boolean): readonly string[] {
  return CONVERT_FORMATS.filter(holds).map(({ name }) => name);
}

/** `name`: of the table, as the options hold those alone. */
export function convertFormat(name: string): ConvertFormat {
  const found = CONVERT_FORMATS.find((row) => row.name === name);
  assert(found !== undefined, `the table has no ${name}`);
  return found;
}

/** Throws `bad-usage` where nothing that the one is read as can be written as the other. */
export function refuseUnrelated(from: ConvertFormat, to: ConvertFormat): void {
  const isSame = (one: ConvertFormat) => from.reads.some((noun) => one.writes.includes(noun));
  if (isSame(to)) return;
  const able = CONVERT_FORMATS.filter(isSame).map(({ name }) => name);
  throw new NightjarError(
    "bad-usage",
    `--to: ${from.name} holds a ${from.reads.join(" or a ")}, which is not written as ${to.name}`,
    `allowed: ${able.join(", ")}`,
  );
}
