/** Where something in a plan document is wrong. */
import { NightjarError } from "../errors.ts";

export type Path = readonly PropertyKey[];

/** `bad-plan` with the path into the document, so that a reader of YAML can add line and column. */
export class PlanRefusal extends NightjarError {
  constructor(
    message: string,
    readonly path: Path,
    hint?: string,
  ) {
    super("bad-plan", message, hint);
  }
}

export function spell(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!/^[\w-]+$/.test(String(step))) text += `[${JSON.stringify(String(step))}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text === "" ? "the plan" : text;
}

/** Throws the refusal of what stands at `path`. */
export function refuseAt(path: Path, message: string, hint?: string): never {
  throw new PlanRefusal(`${spell(path)}: ${message}`, path, hint);
}
