/** Reads a run of fortio that logs its calls: exact, and second by second. */
import { join } from "node:path";
import type { ConnectionCounts } from "@nightjar/core/record/snapshot.ts";
import { FileTail } from "../process/file-tail.ts";
import { Lines } from "../process/lines.ts";
import { CallBook } from "../run/call-book.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { type AccessLine, parseAccessLine } from "./access-log.ts";
import { ACCESS_LOG } from "./arguments.ts";
import { callsOf } from "./calls.ts";
import { ErrorLog } from "./error-log.ts";
import { AFTER_ERRORS, FORTIO_NOTES, repeated } from "./notes.ts";
import { readFortioResult } from "./result.ts";
import { socketsOf } from "./summary-reading.ts";
import { Threads } from "./threads.ts";

export class FortioReading implements Reading {
  private readonly book: CallBook;
  private readonly tail: FileTail;
  private readonly threads: Threads;
  private readonly errors = new ErrorLog((thread) => this.threads.ended(thread));
  private readonly text = new Lines((text) => {
    const line = parseAccessLine(text);
    if (line === undefined) this.oddLines++;
    else this.read.push(line);
  });
  /** Read by the poll before: by now their reasons have come as well. */
  private lines: AccessLine[] = [];
  private read: AccessLine[] = [];
  private sockets: ConnectionCounts | undefined;
  /** It says so just before its first call. */
  private saidNs: number | undefined;
  private calls = 0;
  private oddLines = 0;
  private sawOtherStatus = false;

  constructor(private readonly scene: Scene) {
    const { job, name, emit, takeUsage, folder, process } = scene;
    const extras = (isLast: boolean) => ({
      usage: takeUsage(),
      ...(isLast && this.sockets !== undefined ? { connections: this.sockets } : {}),
    });
    this.book = new CallBook(job, name, emit, extras);
    const calls = callsOf(job, job.plan.load.requests !== undefined) ?? 0;
    const each = calls / job.connections;
    this.threads = new Threads(job.connections, each, (number) => this.book.dues.dueNs(number));
    this.tail = new FileTail(join(folder, ACCESS_LOG));
    process.onErrorLine = (line) => {
      this.errors.see(line);
      if (line.startsWith("Starting at ")) this.saidNs ??= scene.nowNs();
    };
  }

  get beginNs(): number | undefined {
    const { beginNs } = this.book;
    return Number.isFinite(beginNs) ? beginNs : this.saidNs;
  }

  poll(nowNs: number): void {
    this.takeLines();
    const { beginNs } = this.book;
    if (Number.isFinite(beginNs)) this.book.closeUpTo(beginNs + this.threads.knownNs(), nowNs);
  }

  private takeLines(): void {
    for (const line of this.lines) this.add(line);
    this.lines = this.read;
    this.read = [];
    this.tail.read((piece) => this.text.add(piece.toString("latin1")));
  }

  private socketsIn(text: string): ConnectionCounts | undefined {
    const read = readFortioResult(text);
    return "fault" in read ? undefined : socketsOf(read, this.calls);
  }

  private add({ wallNs, latencyNs, thread, iter, status }: AccessLine): void {
    const startNs = this.scene.fromWallNs(wallNs);
    const { connections } = this.scene.job;
    const number = iter * connections + thread;
    const failure = status === 0 ? this.errors.take(thread) : undefined;
    this.calls++;
    this.sawOtherStatus ||= status >= 300 && status !== 418;
    this.book.add({ number, startNs, latencyNs, status, failure });
    this.threads.called(thread, iter, startNs + latencyNs - this.book.beginNs);
  }

  /** Why what it logged is not to be believed. */
  private oddity({ stoppedNs, wasKilled }: ToolEnd): string | undefined {
    if (this.oddLines > 0) return `${this.oddLines} lines of fortio's log are none that we know`;
    if (this.text.isCut && !wasKilled) return "fortio's log ends within a line";
    const isEmpty = this.calls === 0 && stoppedNs === undefined;
    return isEmpty ? "fortio logged no calls" : undefined;
  }

  conclude(end: ToolEnd): Conclusion {
    for (let turn = 0; turn < 3; turn++) this.takeLines();
    this.tail.close();
    const { job, spawnedNs, process } = this.scene;
    const untilNs = untilOf(end, this.beginNs ?? spawnedNs, job);
    const inFlight = end.wasKilled ? this.threads.inFlightAt(untilNs) : 0;
    const odd = this.oddity(end);
    const failure = failureOfExit("fortio", end, process) ?? odd;
    const isWhole = failure === undefined && this.oddLines === 0;
    this.sockets = this.socketsIn(process.stdout.text);
    if (this.saidNs !== undefined) this.book.beginAt(this.saidNs);
    this.book.finish({ untilNs, inFlight, restIsUnsent: isWhole });
    return {
      intervals: this.book.emitted,
      untilNs,
      failure,
      notes: [
        ...FORTIO_NOTES,
        ...(this.sawOtherStatus ? [AFTER_ERRORS] : []),
        ...repeated(this.errors.repeated),
      ],
    };
  }
}
