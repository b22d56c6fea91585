/**
 * One lock per machine: everything whose timing is judged, timed tests and benches, runs alone.
 *
 * It is flock(2) on a file, so the kernel releases it when the process dies, however it dies; shell
 * scripts share it with `flock -o /tmp/nightjar-timed.lock command`. The descriptor is
 * close-on-exec (as all that `openSync` opens): no child keeps the lock.
 */

import { dlopen } from "bun:ffi";
import { AsyncLocalStorage } from "node:async_hooks";
import { closeSync, openSync } from "node:fs";

/** Not the user's own folder for temporary files: the lock is the machine's. */
export const TIMED_LOCK_FILE = "/tmp/nightjar-timed.lock";

const LOCK_EXCLUSIVE = 2;
const LOCK_NON_BLOCKING = 4;
const POLL_MS = 100;
const WAIT_LIMIT_MS = 5 * 60_000;

/** Another holder kept the lock for longer than we wait. */
export class TimedLockBusy extends Error {
  override name = "TimedLockBusy";
}

export interface TimedLockOptions {
  file?: string;
  waitLimitMs?: number;
  /** Ends the wait: its reason is thrown. */
  signal?: AbortSignal;
}

const heldFiles = new AsyncLocalStorage<readonly string[]>();

/** Runs `fn` alone on the machine; at once inside another `withTimedLock`. @throws TimedLockBusy */
export async function withTimedLock<T>(
  fn: () => Promise<T> | T,
  { file = TIMED_LOCK_FILE, waitLimitMs = WAIT_LIMIT_MS, signal }: TimedLockOptions = {},
): Promise<T> {
  const held = heldFiles.getStore() ?? [];
  if (held.includes(file)) return fn();
  const descriptor = openLockFile(file);
  try {
    await acquire(descriptor, file, waitLimitMs, signal);
    return await heldFiles.run([...held, file], fn);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * An existing file is opened without O_CREAT: the kernel may forbid that for another user's file in
 * /tmp.
 */
function openLockFile(file: string): number {
  try {
    return openSync(file, "r");
  } catch {
    return openSync(file, "a", 0o666);
  }
}

/** Polls, because a blocking flock would stop the event loop of the test run. */
async function acquire(
  descriptor: number,
  file: string,
  waitLimitMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const limit = performance.now() + waitLimitMs;
  while (libc().flock(descriptor, LOCK_EXCLUSIVE | LOCK_NON_BLOCKING) !== 0) {
    signal?.throwIfAborted();
    if (performance.now() > limit)
      throw new TimedLockBusy(`${file} was held for ${waitLimitMs} ms`);
    await Bun.sleep(POLL_MS);
  }
}

let loaded: { flock(descriptor: number, operation: number): number } | undefined;

function libc(): { flock(descriptor: number, operation: number): number } {
  loaded ??= openLibc();
  return loaded;
}

function openLibc(): { flock(descriptor: number, operation: number): number } {
  const flock = { args: ["i32", "i32"], returns: "i32" } as const;
  for (const name of ["libc.so.6", "libc.so", "libSystem.B.dylib"]) {
    try {
      return dlopen(name, { flock }).symbols;
    } catch {}
  }
  throw new Error("no C library with flock(2) found");
}
