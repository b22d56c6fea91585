/** The C library that this process has loaded already, by the name that `dlopen` finds it under. */
import { readFileSync } from "node:fs";

export function libc(): string {
  if (process.platform === "darwin") return "libSystem.B.dylib";
  const maps = readFileSync("/proc/self/maps", "utf8");
  return maps.includes("musl") ? "libc.so" : "libc.so.6";
}
