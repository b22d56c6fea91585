/** Which parser reads the answers of a plan: chosen once, so that absent checks cost nothing. */
import { parseChecks } from "@nightjar/core/plan/check.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseRecordHeaders } from "@nightjar/core/plan/record-header.ts";
import { WatchedBody } from "./body-observer.ts";
import { HeadMemory } from "./head-memory.ts";
import { WatchedHeaders } from "./header-observer.ts";
import { ObservingParser } from "./observing-parser.ts";
import { RememberingParser } from "./remembering-parser.ts";
import type { ResponseParser } from "./response-parser.ts";
import { SizingParser } from "./sizing-parser.ts";

/** A parser for each connection. `sized`: the bytes of headers and bodies are counted. */
export function makeAnswerReader(
  plan: Pick<Plan, "checks" | "recordHeaders">,
  sized = false,
): () => ResponseParser {
  const { headers, body } = parseChecks(plan.checks);
  const records = parseRecordHeaders(plan.recordHeaders);
  if (!sized && headers.length + body.length + records.length === 0) {
    const memory = new HeadMemory();
    return () => new RememberingParser(memory);
  }
  const watchedHeaders = new WatchedHeaders(headers, records);
  const watchedBody = new WatchedBody(body);
  if (sized) return () => new SizingParser(watchedHeaders, watchedBody);
  return () => new ObservingParser(watchedHeaders, watchedBody);
}
