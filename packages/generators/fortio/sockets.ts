/** What fortio says of its connections, in its result alone. */
import type { ConnectionCounts } from "@nightjar/core/record/snapshot.ts";

/** `undefined` where there is no result, or none that says it. */
export function socketsIn(json: string, calls: number): ConnectionCounts | undefined {
  let result: unknown;
  try {
    result = JSON.parse(json);
  } catch {
    return undefined;
  }
  const opened = (result as { SocketCount?: unknown } | null)?.SocketCount;
  if (typeof opened !== "number" || !Number.isInteger(opened) || opened < 0) return undefined;
  const reused = Math.max(0, calls - opened);
  return { opened, reused, closedByServer: 0, failed: 0, resumed: 0 };
}
