/** JSON text → a Result, or several side by side. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { RESULT_SCHEMA } from "@nightjar/core/result/result.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import {
  SIDE_BY_SIDE_SCHEMA,
  type SideBySide,
  sideBySideSchema,
} from "@nightjar/core/result/side-by-side.ts";
import { type DocumentKind, readDocument } from "./read-document.ts";

const SNAPSHOTS = "it is what `--output jsonl` writes";

const RESULT: DocumentKind<ResultDocument> = {
  schemaName: RESULT_SCHEMA,
  schema: resultDocumentSchema,
  what: "a Result",
  hint: "a Result is what `--output json=FILE` writes",
  mistaken: {
    snapshots: SNAPSHOTS,
    "side-by-side": "it holds several Results, and `convert --from side-by-side` reads it",
  },
};

const SEVERAL: DocumentKind<SideBySide> = {
  schemaName: SIDE_BY_SIDE_SCHEMA,
  schema: sideBySideSchema,
  what: "several Results side by side",
  hint: "it is what `--output json=FILE` writes of several generators or clients",
  mistaken: { snapshots: SNAPSHOTS, result: "it is one Result, and `--from result` reads it" },
};

/** Unknown keys are kept. Throws `file`. */
export function readResult(text: string): ResultDocument {
  return readDocument(text, RESULT);
}

/** Unknown keys are kept. Throws `file`, for one too that says of some not what became of them. */
export function readSideBySide(text: string): SideBySide {
  const document = readDocument(text, SEVERAL);
  const { order, results, failures, notRun } = document;
  const told = results.length + failures.length + notRun.length;
  if (told === order.length) return document;
  throw new NightjarError(
    "file",
    `order: allowed are as many as results, failures and notRun together, ${told}, ` +
      `found ${order.length}`,
    SEVERAL.hint,
  );
}
