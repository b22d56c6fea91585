/** A plan file, YAML or JSON → a document; faults are given with line and column. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { PlanRefusal } from "@nightjar/core/plan-refusal.ts";
import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { readInput } from "./files.ts";

const MAX_PLAN_BYTES = 1024 * 1024;

export interface PlanFile {
  readonly document: Record<string, unknown>;
  /** The same refusal, with the place in the file where it concerns the file. */
  locate(error: unknown): unknown;
}

/** Throws `bad-plan` for what is not YAML, `file` for what cannot be read. */
export function readPlanFile(path: string): PlanFile {
  const bytes = readInput(path, MAX_PLAN_BYTES);
  const lines = new LineCounter();
  const parsed = parseDocument(new TextDecoder().decode(bytes), {
    lineCounter: lines,
    prettyErrors: false,
  });
  const [fault] = parsed.errors;
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new NightjarError("bad-plan", `${path}:${line}:${col}: ${fault.message}`);
  }
  const document = parsed.toJS() as unknown;
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new NightjarError(
      "bad-plan",
      `${path}: a plan is a map of keys, found ${JSON.stringify(document)}`,
    );
  }
  return {
    document: document as Record<string, unknown>,
    locate: (error) => locate(error, path, parsed, lines),
  };
}

function locate(
  error: unknown,
  path: string,
  parsed: Document.Parsed,
  lines: LineCounter,
): unknown {
  if (!(error instanceof NightjarError) || error.code !== "bad-plan") return error;
  const offset = error instanceof PlanRefusal ? offsetOf(parsed, error.path) : undefined;
  if (offset === undefined)
    return new NightjarError("bad-plan", `${path}: ${error.message}`, error.hint);
  const { line, col } = lines.linePos(offset);
  return new NightjarError("bad-plan", `${path}:${line}:${col}: ${error.message}`, error.hint);
}

/** Where the deepest part of `path` that the file holds begins: its key, else its value. */
function offsetOf(parsed: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? parsed.contents : parsed.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node = pair ? pair.key : parsed.getIn(path.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return range[0];
  }
  return undefined;
}
