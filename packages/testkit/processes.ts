/**
 * Child processes of tests and benches: started, known to be ready, stopped by pid, never leaked.
 *
 * On Linux a child is told to die with its parent (`setpriv --pdeathsig`), because a test runner
 * that is killed gets no chance to clean up. Whoever starts a process still stops it.
 */
import { readFileSync } from "node:fs";
import type { Subprocess } from "bun";
import { OutputTail } from "./output-tail.ts";
import { answersOk, isAccepting } from "./probes.ts";

/** How a process says that it can be used. */
export type Ready = { line: RegExp } | { port: number; host?: string } | { url: string };

export interface ProcessOptions {
  /** What messages call it. */
  name: string;
  command: readonly string[];
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** The one CPU it may use. */
  cpu?: number;
  ready?: Ready;
  readyLimitMs?: number;
  /** How long SIGTERM may take before SIGKILL follows. */
  stopLimitMs?: number;
  /** Each line of stdout and stderr, as it comes. */
  onLine?: (line: string) => void;
}

export interface RunningProcess {
  readonly pid: number;
  /** The last 64 KiB of each stream. */
  stdout(): string;
  stderr(): string;
  /** Exit code, or 128 + signal. */
  readonly exited: Promise<number>;
  /** User and system time so far, in clock ticks of 10 ms. Linux only; 0 once it has ended. */
  cpuTicks(): number;
  /** Returns when the process is gone. */
  stop(): Promise<void>;
}

const OUTPUT_LIMIT_BYTES = 64 * 1024;
const READY_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 5_000;
const POLL_MS = 20;
const LAST_OUTPUT_LIMIT_MS = 2_000;

/** @throws if the process ends, or `readyLimitMs` passes, before it is ready. Leaves nothing. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const lines = new LineWatch(options);
  const child = Bun.spawn(wrapped(options), {
    cwd: options.cwd,
    env: options.env ? { ...process.env, ...options.env } : process.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const running = describe(child, lines, options.stopLimitMs ?? STOP_LIMIT_MS);
  try {
    await becomeReady(options, running, lines);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

/**
 * Below those that the kernel gives to connections: a load test beside this one may be given
 * hundreds of them in a second.
 */
const PORTS = { from: 16_384, count: 16_000 } as const;
/** Processes that run side by side have ids near one another, and so ports of their own. */
const PORTS_OF_PROCESS = 20;
let portsTried = 0;

/** A port that nothing listened on a moment ago, and that no connection is given. */
export function freePort(hostname = "127.0.0.1"): number {
  for (;;) {
    const number = process.pid * PORTS_OF_PROCESS + portsTried++;
    const port = PORTS.from + (number % PORTS.count);
    try {
      Bun.listen({ hostname, port, socket: { data() {} } }).stop(true);
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}

/** User and system time in clock ticks of 10 ms (`proc(5)`, fields 14, 15); 0 if it has ended. */
export function cpuTicksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

/** Both wrappers exec, so the pid that we know is the command's own. */
function wrapped({ command, cpu }: ProcessOptions): string[] {
  const pinned = cpu === undefined ? command : ["taskset", "-c", String(cpu), ...command];
  return Bun.which("setpriv") ? ["setpriv", "--pdeathsig", "KILL", ...pinned] : [...pinned];
}

class LineWatch {
  readonly stdout = new OutputTail(OUTPUT_LIMIT_BYTES, (line) => this.see(line));
  readonly stderr = new OutputTail(OUTPUT_LIMIT_BYTES, (line) => this.see(line));
  matched = false;

  constructor(private readonly options: ProcessOptions) {}

  private see(line: string): void {
    const { ready, onLine } = this.options;
    if (ready && "line" in ready && ready.line.test(line)) this.matched = true;
    onLine?.(line);
  }
}

type Child = Subprocess<"ignore", "pipe", "pipe">;

function describe(child: Child, lines: LineWatch, stopLimitMs: number): RunningProcess {
  const reading = Promise.all([lines.stdout.read(child.stdout), lines.stderr.read(child.stderr)]);
  return {
    pid: child.pid,
    stdout: () => lines.stdout.text,
    stderr: () => lines.stderr.text,
    exited: child.exited,
    cpuTicks: () => cpuTicksOf(child.pid),
    stop: async () => {
      await endChild(child, stopLimitMs);
      // A grandchild may hold the pipes open: its output is not worth waiting for.
      await Promise.race([reading, Bun.sleep(LAST_OUTPUT_LIMIT_MS)]);
    },
  };
}

async function endChild(child: Child, stopLimitMs: number): Promise<void> {
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopLimitMs);
  await child.exited;
  clearTimeout(killer);
}

async function becomeReady(
  { name, ready, readyLimitMs = READY_LIMIT_MS }: ProcessOptions,
  running: RunningProcess,
  lines: LineWatch,
): Promise<void> {
  if (!ready) return;
  let exitCode: number | undefined;
  running.exited.then((code) => {
    exitCode = code;
  });
  const limit = performance.now() + readyLimitMs;
  while (!(await isReady(ready, lines))) {
    const said = `It wrote:\n${running.stdout()}${running.stderr()}`;
    if (exitCode !== undefined) throw new Error(`${name} ended with code ${exitCode}. ${said}`);
    if (performance.now() > limit)
      throw new Error(`${name} not ready in ${readyLimitMs} ms. ${said}`);
    await Bun.sleep(POLL_MS);
  }
}

function isReady(ready: Ready, lines: LineWatch): boolean | Promise<boolean> {
  if ("line" in ready) return lines.matched;
  return "url" in ready ? answersOk(ready.url) : isAccepting(ready.port, ready.host ?? "127.0.0.1");
}
