/** Reads a run of nighthawk_client: the Output that it prints at its end. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { parseOutput } from "@nightjar/formats/nighthawk/parse-output.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import { emitSummary, NO_SUMMARY } from "../run/summary-book.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { type NighthawkSaid, nighthawkSaid } from "./summary.ts";

export class NighthawkReading implements Reading {
  beginNs: number | undefined;

  constructor(private readonly scene: Scene) {}

  poll(): void {}

  conclude(end: ToolEnd): Conclusion {
    const { scene } = this;
    const { process, job, spawnedNs } = scene;
    const said = readOutput(process.stdout.text);
    const fault = "fault" in said ? said.fault : undefined;
    const known = "fault" in said ? undefined : said;
    const start = known?.startWallNs;
    const beginNs = start === undefined ? spawnedNs : Math.max(0, scene.fromWallNs(start));
    this.beginNs = beginNs;
    const untilNs =
      known !== undefined && known.lengthNs > 0 ? known.lengthNs : untilOf(end, beginNs, job);
    const time = { beginNs, untilNs, restIsUnsent: known !== undefined };
    const intervals = emitSummary(known?.summary ?? NO_SUMMARY, time, scene);
    const wasStopped = end.stoppedNs !== undefined;
    const failure = failureOfExit("nighthawk_client", end, process) ?? fault;
    const notes = [...(known?.notes ?? []), ...(wasStopped && fault ? [fault] : [])];
    const { fidelity } = known ?? {};
    return { intervals, untilNs, fidelity, notes, ...(wasStopped ? {} : { failure }) };
  }
}

/** Never throws: `fault` is one sentence. */
export function readOutput(text: string): NighthawkSaid | { readonly fault: string } {
  if (text.trim() === "") return { fault: "nighthawk_client wrote no output" };
  try {
    return nighthawkSaid(parseOutput(text));
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return { fault: error.message };
  }
}
