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

const SHAPE = /^(\s*)(.*?)\s*(<=|>=|==|<|>)\s*(\S+)\s*$/ds;
/** The dot within a percentile is no end of a part. */
const PART = /\s*(p\d+(?:\.\d+)?|[A-Za-z]+\d*)\s*(?:\(\s*([^)]*?)\s*\)\s*)?(\.|$)/dy;

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
    if (!shape || shape[2] === "")
      this.refuse(1, "not a threshold: METRIC OPERATOR LIMIT is the form");
    const [, blank, subject, operator, limit] = shape;
    this.operator = operator as Operator;
    this.limit = limit;
    this.limitAt = (shape.indices?.[4]?.[0] ?? 0) + 1;
    this.parts = this.partsOf(subject, blank.length);
  }

  private partsOf(subject: string, offset: number): Part[] {
    const parts: Part[] = [];
    for (PART.lastIndex = 0; ; ) {
      const from = PART.lastIndex;
      const found = PART.exec(subject);
      if (!found)
        this.refuse(offset + from + 1, "not a threshold: METRIC OPERATOR LIMIT is the form");
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
