/**
 * The arguments of wrk, and the script that it runs.
 *
 * - Connections go to threads in whole parts, and what is left over is not opened: the threads
 *   divide them.
 * - `-T` is no timeout: nothing is cancelled, and what took longer is missing from the histogram. A
 *   second more than the plan's, and we see it.
 * - `-d` counts whole seconds: of another duration wrk is told the next, and ended before.
 */
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Job } from "../job.ts";
import { threadsOf } from "../run/threads.ts";
import { authorityOf, requestScript, SCRIPT } from "./request-script.ts";

export const LATENCY_FILE = "latency.txt";

export function wrkCommand(job: Job, program: string): string[] {
  return [
    ...[program, "-t", String(threadsOf(job)), "-c", String(job.connections)],
    ...["-d", `${Math.ceil(job.lengthNs / SECOND_NS)}s`],
    ...["-T", `${Math.ceil(job.timeoutNs / SECOND_NS) + 1}s`],
    ...["-s", SCRIPT, authorityOf(job.request)],
  ];
}

export function endsItself({ lengthNs }: Pick<Job, "lengthNs">): boolean {
  return lengthNs % SECOND_NS === 0;
}

export function wrkFiles({ request }: Job): Record<string, string> {
  return { [SCRIPT]: requestScript(request) + LATENCY_SCRIPT };
}

/**
 * There is no `response` hook, which would tell statuses: it takes 0.9 µs of 10.6 µs of CPU for an
 * answer of 100 bytes, and more for more headers and longer bodies (`bun bench/drivers.ts`).
 *
 * Writes the whole histogram, a line for each microsecond that occurs. wrk's own way to ask for it
 * looks for each from the beginning; LuaJIT reads it where it lies.
 *
 *     summary DURATION REQUESTS BYTES CONNECT READ WRITE STATUS TIMEOUT
 *     VALUE COUNT …
 *     end
 */
const LATENCY_SCRIPT = `
local function each(latency, visit)
  local found, ffi = pcall(require, "ffi")
  if not found then
    for index = 1, #latency do visit(latency(index)) end
    return
  end
  ffi.cdef("typedef struct { uint64_t count, limit, min, max; uint64_t data[]; } nightjar_stats;")
  local stats = ffi.cast("nightjar_stats **", latency)[0]
  if tonumber(stats.count) == 0 then return end
  assert(tonumber(stats.min) == latency.min and tonumber(stats.max) == latency.max)
  for value = latency.min, latency.max do
    local count = tonumber(stats.data[value])
    if count > 0 then visit(value, count) end
  end
end

function done(summary, latency)
  local file = assert(io.open("${LATENCY_FILE}", "w"))
  local errors = summary.errors
  file:write(string.format("summary %d %d %d %d %d %d %d %d\\n",
    summary.duration, summary.requests, summary.bytes,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
  each(latency, function(value, count) file:write(string.format("%d %d\\n", value, count)) end)
  file:write("end\\n")
  file:close()
end
`;
