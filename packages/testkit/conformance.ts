/**
 * What every LoadGenerator keeps to, whatever is behind it: an engine, a process, an ensemble, a
 * bad link, another program. Judged by what it says and by the log of a real server, never by how
 * fast it was. What a generator cannot do is a capability: who has not got it is not asked.
 */
import { afterAll, beforeAll, describe, test } from "bun:test";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { ENGINE_CAPABILITIES } from "@nightjar/engine/engine.ts";
import { Bench, isAlive, type MakeSubject, type Subject } from "./conformance-bench.ts";
import { CHECKS } from "./conformance-checks.ts";

export { isAlive, type MakeSubject, type Subject };

/** Shorter than the drain of a run that is to end before it. */
const TEST_LIMIT_MS = 55_000;

/** Defines the tests of one kind of LoadGenerator. */
export function conformance(
  name: string,
  make: MakeSubject,
  capabilities: Capabilities = ENGINE_CAPABILITIES,
): void {
  describe(`${name} is a LoadGenerator:`, () => {
    const bench = new Bench(make, capabilities);
    beforeAll(() => bench.open());
    afterAll(() => bench.close());
    for (const { what, needs, check } of CHECKS) {
      if (needs !== undefined && !needs(capabilities)) continue;
      test(what, () => bench.try(check), TEST_LIMIT_MS);
    }
  });
}
