/** The text of a threshold, cut into its parts, each with the column where it stands. */
import { NightjarError } from "../errors.ts";

export type Operator = "<=" | ">=" | "==" | "<" | ">";

/** `name(argument)`; columns count from 1. */
export interface Part {
  readonly name: string;
  readonly argument: string | undefined;
  readonly at: number;
  readonly argumentAt: number;
}

const OPERATORS: readonly string[] = ["<=", ">=", "==", "<", ">"];
/** What people write for them elsewhere. */
const OTHER_OPERATORS: Readonly<Record<string, Operator>> = {
  "=": "==",
  "===": "==",
  "=<": "<=",
  "≤": "<=",
  "=>": ">=",
  "≥": ">=",
};
const FORM = "not a threshold: METRIC OPERATOR LIMIT is the form";

/** Up to the operator: one in parentheses is part of a name. */
const SHAPE = /^(\s*)((?:[^<>=!≤≥()]|\([^)]*\))*)([<>=!≤≥]+)\s*(.*?)\s*$/ds;
/** The dot within a percentile is no end of a part. */
const PART = /\s*(p\d+(?:\.\d+)?|[A-Za-z]+\d*)\s*(?:\(\s*([^)]*?)\s*\)\s*)?(\.|$)/dy;

const ONE_EACH = "a threshold is one claim: give the next one by itself";

export class ThresholdText {
  readonly parts: readonly Part[];
  readonly operator: Operator;
  readonly limit: string;
  readonly limitAt: number;

  constructor(
    private readonly text: string,
    private readonly where: string,
  ) {
    const shape = SHAPE.exec(text);
    if (!shape) this.refuseShape();
    const [, blank, subject, operator, limit] = shape;
    if (subject.trim() === "") this.refuse(1, FORM);
    const column = (group: number) => (shape.indices?.[group]?.[0] ?? 0) + 1;
    this.operator = this.readOperator(operator, column(3));
    this.limit = limit;
    this.limitAt = column(4);
    this.parts = this.partsOf(subject.trimEnd(), blank.length);
    this.checkLimit();
  }

  private refuseShape(): never {
    const open = /\([^)]*$/.exec(this.text);
    return open
      ? this.refuse(open.index + 1, "this parenthesis is not closed")
      : this.refuse(1, FORM);
  }

  private readOperator(found: string, at: number): Operator {
    if (OPERATORS.includes(found)) return found as Operator;
    const meant = OTHER_OPERATORS[found];
    const near = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
    const allowed = `allowed: ${OPERATORS.join("  ")}`;
    return this.refuse(at, `unknown operator "${found}"${near}`, allowed);
  }

  /** It is there, and one word. */
  private checkLimit(): void {
    const { limit, limitAt } = this;
    if (limit === "") this.refuse(limitAt, `nothing stands behind ${this.operator}`);
    const more = /^(\S+)\s+(.*)$/s.exec(limit);
    if (!more) return;
    const [, first, rest] = more;
    if (/^[\d.]+$/.test(first) && /^[%/a-zµ]+$/i.test(rest)) {
      this.refuse(limitAt, `a limit holds no blank: write ${first}${rest}`);
    }
    const restAt = limitAt + limit.length - rest.length;
    this.refuse(restAt, `nothing may stand behind the limit, found "${rest}"`, ONE_EACH);
  }

  private partsOf(subject: string, offset: number): Part[] {
    const parts: Part[] = [];
    for (PART.lastIndex = 0; ; ) {
      const from = PART.lastIndex;
      const found = PART.exec(subject);
      if (!found) this.refuse(offset + from + 1, FORM);
      const column = (group: number) => offset + (found.indices?.[group]?.[0] ?? from) + 1;
      const [, name, argument] = found;
      parts.push({ name, argument, at: column(1), argumentAt: column(2) });
      if (found[3] === "") return parts;
    }
  }

  refuse(column: number, message: string, hint?: string): never {
    throw new NightjarError(
      "bad-plan",
      `${this.where}: "${this.text}", column ${column}: ${message}`,
      hint ?? "examples: p99 < 50ms, p99.9(service) <= 1s, errors < 0.1%, achieved > 99%",
    );
  }
}
