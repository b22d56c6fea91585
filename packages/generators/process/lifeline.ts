/**
 * Lifeline: a pipe of which we hold one end and a child the other. The kernel closes ours when we
 * end, however we end; nobody else has it. (The pipe of `stdin: "pipe"` will not do: Bun closes it
 * as soon as the child has ended, which is no sign of our end.)
 */
import { dlopen, ptr } from "bun:ffi";
import { closeSync } from "node:fs";
import { assert } from "@nightjar/core/errors.ts";
import { libc } from "@nightjar/host/libc.ts";

const F_SETFD = 2;
const FD_CLOEXEC = 1;

const kernel = dlopen(libc(), {
  pipe: { args: ["ptr"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
}).symbols;

export class Lifeline {
  /** For the child. */
  readonly childEnd: number;
  private readonly ourEnd: number;

  constructor() {
    const ends = new Int32Array(2);
    assert(kernel.pipe(ptr(ends)) === 0, "a pipe can be made");
    [this.childEnd, this.ourEnd] = ends;
    // Nothing is started between the two calls: we are one thread.
    for (const end of ends) kernel.fcntl(end, F_SETFD, FD_CLOEXEC);
  }

  /** The child has its own copy by now. */
  handedOver(): void {
    closeSync(this.childEnd);
  }

  close(): void {
    closeSync(this.ourEnd);
  }
}
