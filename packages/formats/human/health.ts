/** Whether the generator was fit to measure, and on which machine it ran. */
import type { Environment } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { bytes, count, counted } from "../figures.ts";
import { labelTexts } from "../label-facts.ts";
import { flow, label, prose } from "./flow.ts";
import { clip, foreign, type Line, line, span } from "./line.ts";
import { stated } from "./quantities.ts";

const MEGABYTE = 1e6;

function measures({ generator, latencyMs }: ResultDocument): Line[] {
  const { cpuPercent, workers } = generator;
  const items = [
    stated("lag", { p99: latencyMs.lag?.percentiles["99"] }),
    stated("turn", { p99: latencyMs.turn?.percentiles["99"], max: latencyMs.turn?.max }),
  ];
  if (cpuPercent !== null) {
    items.push(`${cpuPercent} % of a core${workers > 1 ? " per worker" : ""}`);
  }
  return items.filter((item) => item !== "").map((item) => line(item));
}

const HEALTH = {
  true: ["healthy", "good"],
  false: ["not healthy", "bad"],
  null: ["unknown: the generator does not tell how late it was", "doubt"],
} as const;

/** Of a document that tells the lateness, but not the machine. */
const UNJUDGED = ["unknown: the document says too little of the machine", "doubt"] as const;

/** A Result lists faults and warnings together; the faults are those that the verdict rests on. */
export function healthSection(result: ResultDocument, columns: number): Line[] {
  const { healthy, warnings } = result.generator;
  const isTold = healthy === null && result.latencyMs.lag !== undefined;
  const [said, ink] = isTold ? UNJUDGED : HEALTH[`${healthy}`];
  const faults = new Set(healthy === false ? result.verdict.reasons : []);
  const rows = warnings.flatMap((warning) => {
    const fault = faults.has(warning);
    const mark = span(fault ? "✗ " : "! ", fault ? "bad" : "doubt");
    return prose([...label(""), mark], foreign(warning), columns);
  });
  return [
    ...flow(label("health"), [line(said, ink), ...measures(result)], columns, " · "),
    ...rows,
  ];
}

function coresOf({ cores, cpuQuota }: Environment): string {
  const quota = cpuQuota === null ? "" : ` (quota ${cpuQuota})`;
  return `${counted(cores, "core")}${quota}`;
}

function machineFacts(environment: Environment): string[] {
  const { host, cpu, memoryMb, os, kernel, bun, stealPercent, throttled } = environment;
  const facts = [host, coresOf(environment), bytes(memoryMb * MEGABYTE)];
  if (stealPercent !== null && stealPercent > 0) facts.push(`steal ${stealPercent} %`);
  if (throttled !== null && throttled.ms > 0) facts.push(`throttled ${count(throttled.ms)} ms`);
  return [...facts, cpu, kernel, os, bun === "" ? "" : `Bun ${bun}`].filter((fact) => fact !== "");
}

/** Of the machine one line, cut where the terminal ends: its name and size come first. */
export function environmentSection(result: ResultDocument, columns: number): Line[] {
  const { generator, id, name, startedAt, environment } = result;
  const machine = environment && foreign(machineFacts(environment).join(" · "));
  const isFleet = result.children.some(({ agent }) => agent !== undefined);
  const run = [name, ...labelTexts(result), `${generator.name} ${generator.version}`];
  if (startedAt !== null) run.push(startedAt);
  run.push(id);
  return [
    ...(machine === null
      ? []
      : [clip([...label(isFleet ? "coordinator" : "machine"), span(machine, "faint")], columns)]),
    ...flow(
      label("run"),
      run.map((fact) => line(foreign(fact), "faint")),
      columns,
      " · ",
    ),
  ];
}
