/** How a run of another program came to its end. */
import type { Job } from "../job.ts";
import type { ToolProcess } from "../process/tool-process.ts";
import type { ToolEnd } from "./tool.ts";

const LONGEST_WORDS = 300;

/** Why its numbers are not those of the plan; `undefined`: it ended as it should. */
export function failureOfExit(
  name: string,
  { code, signal, stoppedNs, wasKilled }: ToolEnd,
  { stdout, stderr }: ToolProcess,
): string | undefined {
  if (wasKilled || (stoppedNs !== undefined && signal === "SIGINT")) return undefined;
  if (signal !== null) return `${name} was killed by ${signal}`;
  if (code === 0) return undefined;
  const said = lastWordsOf(stderr.text) || lastWordsOf(stdout.text);
  return `${name} ended with code ${code}${said === "" ? "" : `: ${said}`}`;
}

function lastWordsOf(text: string): string {
  return (text.trim().split("\n").at(-1) ?? "").slice(0, LONGEST_WORDS);
}

/** Up to where exchanges became due, from the start of the load at `beginNs` after T0. */
export function untilOf(end: ToolEnd, beginNs: number, { lengthNs }: Job): number {
  const isWhole = end.stoppedNs === undefined && end.code === 0 && Number.isFinite(lengthNs);
  if (isWhole || (end.stoppedNs === undefined && end.wasKilled)) return lengthNs;
  return Math.max(0, Math.min(lengthNs, (end.stoppedNs ?? end.nowNs) - beginNs));
}
