/** Reads a run of fortio that logs its calls: exact, and second by second. */
import type { ConnectionCounts } from "@nightjar/core/record/snapshot.ts";
import { FileTail } from "../process/file-tail.ts";
import { CallBook } from "../run/call-book.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { type AccessLine, parseAccessLine } from "./access-log.ts";
import { ACCESS_LOG } from "./arguments.ts";
import { callsOf } from "./calls.ts";
import { ErrorLog } from "./error-log.ts";
import { socketsIn } from "./sockets.ts";
import { Threads } from "./threads.ts";

const NOTES = [
  "fortio: service is from the call on; it includes the connection's opening, where there was one",
  "fortio: each connection keeps a schedule of its own: none takes over from one that is busy",
];
const AFTER_ERRORS =
  "fortio: of answers other than 2xx and 418 it reads the status alone, and closes the connection";

export class FortioReading implements Reading {
  private readonly book: CallBook;
  private readonly tail: FileTail;
  private readonly threads: Threads;
  private readonly errors = new ErrorLog((thread) => this.threads.ended(thread));
  /** Read by the poll before: by now their reasons have come as well. */
  private lines: AccessLine[] = [];
  private read: AccessLine[] = [];
  private sockets: ConnectionCounts | undefined;
  private calls = 0;
  private oddLines = 0;
  private sawOtherStatus = false;

  constructor(private readonly scene: Scene) {
    const { job, name, emit, takeUsage, place, process } = scene;
    const extras = (isLast: boolean) => ({
      usage: takeUsage(),
      ...(isLast && this.sockets !== undefined ? { connections: this.sockets } : {}),
    });
    this.book = new CallBook(job, name, emit, extras);
    const calls = callsOf(job, job.plan.load.requests !== undefined) ?? 0;
    const each = calls / job.connections;
    this.threads = new Threads(job.connections, each, (number) => this.book.dues.dueNs(number));
    this.tail = new FileTail(`${place.folder}/${ACCESS_LOG}`);
    process.onErrorLine = (line) => this.errors.see(line);
  }

  get beginNs(): number | undefined {
    const { beginNs } = this.book;
    return Number.isFinite(beginNs) ? beginNs : undefined;
  }

  poll(): void {
    this.takeLines();
    const { beginNs } = this.book;
    if (Number.isFinite(beginNs)) this.book.closeUpTo(beginNs + this.threads.knownNs());
  }

  private takeLines(): void {
    for (const line of this.lines) this.add(line);
    this.lines = this.read;
    this.read = [];
    this.tail.read((text) => {
      const line = parseAccessLine(text);
      if (line === undefined) this.oddLines++;
      else this.read.push(line);
    });
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

  conclude(end: ToolEnd): Conclusion {
    for (let turn = 0; turn < 3; turn++) this.takeLines();
    this.tail.close();
    const { job, spawnedNs, process } = this.scene;
    const untilNs = untilOf(end, this.beginNs ?? spawnedNs, job);
    const inFlight = end.wasKilled ? this.threads.inFlightAt(untilNs) : 0;
    const failure = failureOfExit("fortio", end, process);
    const isWhole = failure === undefined && this.oddLines === 0 && !this.tail.isCut;
    this.sockets = socketsIn(process.stdout.text, this.calls);
    this.book.finish({ untilNs, inFlight, restIsUnsent: isWhole });
    return {
      intervals: this.book.emitted,
      untilNs,
      failure,
      notes: [...NOTES, ...(this.sawOtherStatus ? [AFTER_ERRORS] : [])],
    };
  }
}
