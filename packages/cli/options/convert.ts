/** Options of `nightjar convert`. */
import { LATENCY_UNITS } from "@nightjar/formats/convert/content.ts";
import { READ_NAMES, WRITE_NAMES } from "@nightjar/formats/convert/formats.ts";
import type { OptionRow } from "./row.ts";

export const SYNTAXES = ["yaml", "json"] as const;

const proof = "flags/convert.test.ts";

export const FROM_OPTION: OptionRow = {
  flag: "--from",
  value: "FORMAT",
  group: "Documents",
  kind: "word",
  choices: READ_NAMES,
  help: "what the file is",
  proof,
};

export const TO_OPTION: OptionRow = {
  flag: "--to",
  value: "FORMAT",
  group: "Documents",
  kind: "word",
  choices: WRITE_NAMES,
  help: "what it is to be",
  proof,
};

export const OUTFILE_OPTION: OptionRow = {
  flag: "--outfile",
  value: "FILE",
  group: "Documents",
  kind: "word",
  help: "where to write it",
  default: "standard output",
  proof,
};

export const SYNTAX_OPTION: OptionRow = {
  flag: "--syntax",
  value: "SYNTAX",
  group: "Documents",
  kind: "word",
  choices: SYNTAXES,
  help: "how plans and SMP documents are written",
  default: "yaml",
  proof,
};

export const LATENCY_UNIT_OPTION: OptionRow = {
  flag: "--latency-unit",
  value: "UNIT",
  group: "Documents",
  kind: "word",
  choices: LATENCY_UNITS,
  help: "of an SMP result whose milliseconds may be seconds: what they are",
  proof,
};

export const CONVERT_OPTIONS: readonly OptionRow[] = [
  FROM_OPTION,
  TO_OPTION,
  OUTFILE_OPTION,
  SYNTAX_OPTION,
  LATENCY_UNIT_OPTION,
];
