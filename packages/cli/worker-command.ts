/**
 * How this program starts itself again, as a worker or as the test server: from the sources, or as
 * the single executable.
 */

export const WORKER_COMMAND = "worker";

/** Of the sources. */
export const MAIN_FILE = new URL("./main.ts", import.meta.url).pathname;

/** The single executable has its program inside; Bun mounts it under this root. */
export function isSingleExecutable(): boolean {
  return Bun.main.startsWith("/$bunfs/") || Bun.main.includes("~BUN");
}

function selfCommand(): string[] {
  if (isSingleExecutable()) return [process.execPath];
  return [process.execPath, ...process.execArgv, MAIN_FILE];
}

/** From the sources a worker loads the engine alone, which takes a third of the time. */
export function workerCommand(idle: "spin" | "sleep"): string[] {
  if (isSingleExecutable()) return [process.execPath, WORKER_COMMAND, idle];
  const worker = new URL("../engine/worker-main.ts", import.meta.url).pathname;
  return [process.execPath, ...process.execArgv, worker, idle];
}

export const TESTSERVER_COMMAND = "testserver";

export function testserverCommand(flags: readonly string[]): string[] {
  return [...selfCommand(), TESTSERVER_COMMAND, ...flags];
}
