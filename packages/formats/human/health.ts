/** Whether the generator was fit to measure, and on which machine it ran. */
import type { Environment, Result } from "@nightjar/core/result.ts";
import { bytes, count, counted } from "../figures.ts";
import { flow, label, prose } from "./flow.ts";
import { clip, foreign, type Line, line, span } from "./line.ts";
import { latencyWithUnit } from "./quantities.ts";

const MEGABYTE = 1e6;

function measures({ generator, latencyMs }: Result): Line[] {
  const { lag, turn } = latencyMs;
  const items: string[] = [];
  if (lag) items.push(`lag p99 ${latencyWithUnit(lag.percentiles["99"])}`);
  if (turn) {
    const max = latencyWithUnit(turn.max);
    items.push(`turn p99 ${latencyWithUnit(turn.percentiles["99"])}, max ${max}`);
  }
  if (generator.cpuPercent !== null) items.push(`${generator.cpuPercent} % of a core each worker`);
  return items.map((item) => line(item));
}

/** A Result lists faults and warnings together; the faults are those that the verdict rests on. */
export function healthSection(result: Result, columns: number): Line[] {
  const { healthy, warnings } = result.generator;
  const word = healthy ? line("healthy", "good") : line("not healthy", "bad");
  const faults = new Set(healthy ? [] : result.verdict.reasons);
  const rows = warnings.flatMap((warning) => {
    const fault = faults.has(warning);
    const mark = span(fault ? "✗ " : "! ", fault ? "bad" : "doubt");
    return prose([...label(""), mark], foreign(warning), columns);
  });
  return [...flow(label("health"), [word, ...measures(result)], columns, " · "), ...rows];
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

/** One line each, cut where the terminal ends: the machine's name and size come first. */
export function environmentSection(result: Result, columns: number): Line[] {
  const { generator, id, name, startedAt, environment } = result;
  const run = [name, `${generator.name} ${generator.version}`, startedAt, id];
  const row = (title: string, facts: readonly string[]): Line =>
    clip([...label(title), span(foreign(facts.join(" · ")), "faint")], columns);
  return [row("machine", machineFacts(environment)), row("run", run)];
}
