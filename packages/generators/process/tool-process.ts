/**
 * ToolProcess: another program under our hands. It leads a process group of its own, so that it and
 * whatever it starts are ended together; and a watcher in that group holds the other end of a pipe
 * of ours, so that nothing of it outlives us, however we end.
 *
 *     we ──pipe──▶ watcher: at its end removes the folder and kills the group
 *      └───spawn──▶ the program (leader) ──▶ its children
 */

import { Lifeline } from "./lifeline.ts";
import { OutputEnd } from "./output-end.ts";
import { cpuNsOf } from "./process-cpu.ts";

export interface ToolOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where it runs; removed by the watcher, should we end before the program does. */
  readonly folder?: string;
  /** How much of stdout is kept; default as of stderr. */
  readonly stdoutLimit?: number;
}

export interface ToolExit {
  /** `null`: ended by a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Of the program and of all that it has waited for. */
  readonly cpuNs: number;
  readonly rssBytes: number;
}

const KEPT_OUTPUT = 64 * 1024;
/** A grandchild may hold the pipes open: what it says is not worth waiting for longer. */
const LAST_OUTPUT_MS = 1000;

/**
 * `$0` is the folder. What waits in the background has no part in the program's own streams. `$$`
 * is the leader's id in it too.
 */
const WATCHED = [
  "exec 3<&0 </dev/null",
  '(read _ <&3; [ -n "$0" ] && rm -rf -- "$0"; kill -s KILL -- -$$) >/dev/null 2>&1 &',
  "exec 3<&-",
  'exec "$@"',
].join("\n");

export class ToolProcess {
  readonly stdout: OutputEnd;
  readonly stderr: OutputEnd;
  /** Told of each line of stderr, as it comes. */
  onErrorLine: (line: string) => void = () => {};
  /** Once it is gone, with its group, and what it wrote has been read. Never rejects. */
  readonly exited: Promise<ToolExit>;
  private readonly child;
  private readonly lifeline = new Lifeline();
  private gone = false;

  /** `command[0]` is a path. */
  constructor(command: readonly string[], options: ToolOptions) {
    const { environment = {}, folder = "", stdoutLimit = KEPT_OUTPUT } = options;
    this.stdout = new OutputEnd(stdoutLimit);
    this.stderr = new OutputEnd(KEPT_OUTPUT, (line) => this.onErrorLine(line));
    this.child = Bun.spawn(["/bin/sh", "-c", WATCHED, folder, ...command], {
      ...(folder === "" ? {} : { cwd: folder }),
      stdin: this.lifeline.childEnd,
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, ...environment },
      detached: true,
    });
    this.lifeline.handedOver();
    const reading = [this.stdout.read(this.child.stdout), this.stderr.read(this.child.stderr)];
    this.exited = this.end(Promise.all(reading));
  }

  get pid(): number {
    return this.child.pid;
  }

  /** So far, ns; 0 where nobody says it. */
  cpuNs(): number {
    return this.gone ? 0 : cpuNsOf(this.pid);
  }

  /** Asks it to end: the program alone, which may want to end its children itself. */
  interrupt(): void {
    if (!this.gone) this.child.kill("SIGINT");
  }

  /** Ends it and all that it has started. */
  kill(): void {
    if (!this.gone) killGroup(this.pid);
  }

  private async end(reading: Promise<unknown>): Promise<ToolExit> {
    await this.child.exited;
    killGroup(this.pid);
    this.gone = true;
    this.lifeline.close();
    await Promise.race([reading, Bun.sleep(LAST_OUTPUT_MS)]);
    const usage = this.child.resourceUsage();
    return {
      code: this.child.signalCode === null ? this.child.exitCode : null,
      signal: this.child.signalCode === null ? null : String(this.child.signalCode),
      cpuNs: Number(usage?.cpuTime.total ?? 0) * 1000,
      rssBytes: usage?.maxRSS ?? 0,
    };
  }
}

/** The watcher keeps the group, and so its id, alive until then. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}
