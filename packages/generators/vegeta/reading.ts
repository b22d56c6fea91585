/** Reads the results of a run of vegeta as it writes them: exact, and second by second. */
import { join } from "node:path";
import type { FailureKind } from "@nightjar/core/record/tally.ts";
import { FileTail } from "../process/file-tail.ts";
import { CallBook } from "../run/call-book.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import { goFailureKind } from "../run/go-failure.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { RESULTS } from "./arguments.ts";
import { GobFault, GobReader, type GobResult } from "./gob.ts";
import { Sequence } from "./sequence.ts";

const NOTES = [
  "vegeta: service is from the hit on; it includes the connection's opening, where there was one",
  "vegeta: it opens connections as it needs them; the plan's number is the most",
];

export class VegetaReading implements Reading {
  private readonly book: CallBook;
  private readonly tail: FileTail;
  private readonly sequence: Sequence;
  private readonly gob = new GobReader((result) => this.add(result));
  private fault: string | undefined;

  constructor(private readonly scene: Scene) {
    const { job, name, emit, takeUsage, folder } = scene;
    this.book = new CallBook(job, name, emit, () => ({ usage: takeUsage() }));
    this.sequence = new Sequence(job.exchanges, (number) => this.book.dues.dueNs(number));
    this.tail = new FileTail(join(folder, RESULTS));
  }

  get beginNs(): number | undefined {
    const { beginNs } = this.book;
    return Number.isFinite(beginNs) ? beginNs : undefined;
  }

  poll(nowNs: number): void {
    this.take();
    const { beginNs } = this;
    if (beginNs !== undefined) this.book.closeUpTo(beginNs + this.sequence.knownNs(), nowNs);
  }

  private take(): void {
    if (this.fault !== undefined) return;
    try {
      this.tail.read((piece) => this.gob.add(piece));
    } catch (error) {
      if (!(error instanceof GobFault)) throw error;
      this.fault = `vegeta's results are not as we know them: ${error.message}`;
    }
  }

  private add({ seq, code, wallNs, latencyNs, error }: GobResult): void {
    const startNs = this.scene.fromWallNs(wallNs);
    const isAnswer = code >= 100 && code <= 599;
    const kind: FailureKind = goFailureKind(error);
    this.book.add({
      ...{ number: seq, startNs, latencyNs, status: isAnswer ? code : 0 },
      ...(isAnswer ? {} : { failure: { kind, sample: this.scene.shown(error) } }),
    });
    this.sequence.add(seq, startNs - this.book.beginNs);
  }

  /** Why what it wrote is not to be believed. */
  private oddity({ stoppedNs, wasKilled }: ToolEnd): string | undefined {
    if (this.gob.isCut && !wasKilled) return "vegeta's results end within one of them";
    const isEmpty = this.beginNs === undefined && stoppedNs === undefined;
    return isEmpty ? "vegeta wrote no results" : undefined;
  }

  conclude(end: ToolEnd): Conclusion {
    this.take();
    this.tail.close();
    const { job, spawnedNs, process } = this.scene;
    const untilNs = untilOf(end, this.beginNs ?? spawnedNs, job);
    const odd = this.oddity(end);
    const failure = failureOfExit("vegeta", end, process) ?? this.fault ?? odd;
    const isWhole = failure === undefined && !end.wasKilled;
    this.book.beginAt(spawnedNs);
    this.book.finish({ untilNs, inFlight: this.sequence.missing, restIsUnsent: isWhole });
    return { intervals: this.book.emitted, untilNs, failure, notes: NOTES };
  }
}
