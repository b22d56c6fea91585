/** The load generators that there are: what each can do, and where it is on this machine. */
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { flow, prose } from "./flow.ts";
import { EMPTY, foreign, type Line, line, render, span } from "./line.ts";

export interface KnownGenerator {
  readonly capabilities: Capabilities;
  /** `null`: it is not on this machine. */
  readonly path: string | null;
  /** Why not, and how one gets it. */
  readonly missing: string | null;
}

const NARROWEST = 40;
const INDENT = "  ";

function listed(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}

function factsOf(capabilities: Capabilities): string[] {
  const { protocols, models, arrivals, start, live, fidelity, latency, exactCounts } = capabilities;
  return [
    listed(protocols),
    `${listed(models)} loop`,
    ...(models.includes("open") ? [`${listed(arrivals)} arrivals`] : []),
    `start: ${start}`,
    live ? "live by the second" : "numbers at the end",
    `latency: ${latency}, of a ${fidelity === "histogram" ? fidelity : `set of ${fidelity}`}`,
    exactCounts ? "exact counts" : "counts by its own arithmetic",
  ];
}

function linesOf({ capabilities, path, missing }: KnownGenerator, columns: number): Line[] {
  const { name, version, features, columns: measured } = capabilities;
  const head: Line = [
    span(foreign(path === null ? name : `${name} ${version}`), "bold"),
    span(path === null ? "  not on this machine" : `  ${foreign(path)}`, "faint"),
  ];
  const facts = factsOf(capabilities).map((fact) => line(fact));
  return [
    head,
    ...flow(line(INDENT), facts, columns, " · "),
    ...prose(line(`${INDENT}measures `), listed(measured), columns),
    ...prose(line(`${INDENT}can also `), listed(features), columns, "faint"),
    ...(missing === null ? [] : prose(line(INDENT), foreign(missing), columns, "doubt")),
  ];
}

/** Ends with a newline; no line is wider than `columns`, if they are 40 at least. */
export function generatorsText(
  all: readonly KnownGenerator[],
  { columns, color }: { readonly columns: number; readonly color: boolean },
): string {
  const width = Math.max(Math.floor(columns), NARROWEST);
  const blocks = all.map((one) => linesOf(one, width));
  return render(
    blocks.flatMap((block, at) => (at === 0 ? block : [EMPTY, ...block])),
    color,
  );
}
