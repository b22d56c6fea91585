/** A process of the bench: on one CPU, bounded in time, gone when the bench is interrupted. */

export interface ChildOptions {
  /** The one CPU it may use; all if undefined. */
  readonly cpu?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Called when it runs. Its pid is the command's own. */
  started?(pid: number): void;
}

export interface EndedChild {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** User and system time of it and of all processes that it waited for, µs. */
  readonly cpuUs: number;
}

/** @throws what the signal was aborted with; Error if it does not end within its limit */
export async function runChild(
  command: readonly string[],
  { cpu, env, limitMs, signal, started }: ChildOptions,
): Promise<EndedChild> {
  signal.throwIfAborted();
  const child = Bun.spawn(placed(command, cpu), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env },
    timeout: limitMs,
    killSignal: "SIGKILL",
  });
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  started?.(child.pid);
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const code = await child.exited;
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  if (child.signalCode === "SIGKILL")
    throw new Error(`${command[0]} was killed: not over after ${limitMs} ms\n${err}`);
  return { code, out, err, cpuUs: Number(child.resourceUsage()?.cpuTime.total ?? 0) };
}

/** Both wrappers exec. The first ends it with us, should we be killed. */
export function placed(command: readonly string[], cpu?: number): string[] {
  const pinned = cpu === undefined ? command : ["taskset", "-c", String(cpu), ...command];
  return Bun.which("setpriv") ? ["setpriv", "--pdeathsig", "KILL", ...pinned] : [...pinned];
}
