/** Gives the space of what was read back to the disk, while another program goes on writing. */
import { dlopen } from "bun:ffi";
import { libc } from "@nightjar/host/libc.ts";

/** linux/falloc.h: without a change of the file's size. */
const PUNCH_HOLE_AND_KEEP_SIZE = 3;

const kernel =
  process.platform === "linux"
    ? dlopen(libc(), { fallocate: { args: ["i32", "i32", "i64", "i64"], returns: "i32" } })
    : undefined;

/** Of a file open for writing; file systems that cannot do it keep the space. */
export function punch(fd: number, from: number, to: number): void {
  kernel?.symbols.fallocate(fd, PUNCH_HOLE_AND_KEEP_SIZE, BigInt(from), BigInt(to - from));
}
