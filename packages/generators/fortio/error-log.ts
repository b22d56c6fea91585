/**
 * Why fortio's calls fail. The access log says −1 and no more; the reason is in fortio's own log on
 * stderr, a JSON line for each failure, before the call's line in the access log:
 *
 *     {"ts":…,"level":"err",…,"msg":"Unable to connect","dest":…,"err":"dial tcp …: connect:
 *      connection refused",…,"thread":3,"run":0}
 */
import type { FailureKind } from "@nightjar/core/record/tally.ts";
import { goFailureKind } from "../run/go-failure.ts";

export interface Failure {
  readonly kind: FailureKind;
  readonly sample: string;
}

const NO_REASON: Failure = { kind: "protocol", sample: "fortio says no more than -1" };
/** Of failures whose calls have not been read yet. */
const MAX_WAITING = 100_000;

export class ErrorLog {
  private readonly waiting = new Map<number, Failure[]>();
  private count = 0;
  /** Calls that fortio made anew, since their connection had died. */
  repeated = 0;

  constructor(private readonly onThreadEnd: (thread: number) => void) {}

  /** A line of stderr. */
  see(line: string): void {
    if (!line.startsWith("{")) return;
    const ended = /"msg":"T(\d+) ended after/.exec(line);
    if (ended !== null) this.onThreadEnd(Number(ended[1]));
    else if (line.includes('"level":"err"')) this.seeError(line);
    else if (line.includes('"msg":"Closing dead socket')) this.repeated++;
  }

  /** Of the thread's next failed call. */
  take(thread: number): Failure {
    const found = this.waiting.get(thread)?.shift();
    if (found === undefined) return NO_REASON;
    this.count--;
    return found;
  }

  private seeError(line: string): void {
    const thread = Number(/"thread":(\d+)/.exec(line)?.[1]);
    if (!Number.isInteger(thread) || this.count >= MAX_WAITING) return;
    this.count++;
    const known = this.waiting.get(thread);
    const failure = failureOf(line);
    if (known === undefined) this.waiting.set(thread, [failure]);
    else known.push(failure);
  }
}

function failureOf(line: string): Failure {
  const said = [/"msg":"([^"]*)"/, /"err":"([^"]*)"/].map((part) => part.exec(line)?.[1]);
  const sample = said.filter((part) => part !== undefined).join(": ");
  return { kind: goFailureKind(sample), sample };
}
