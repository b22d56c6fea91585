/** The generator freezes for 1.4 s of 10 s: the mirror image, at few and at many connections alike. */
import { timed } from "@nightjar/testkit/timed.ts";
import { expectGeneratorFreeze } from "./freezes.ts";
import { runFrozen } from "./generator-freeze.ts";

for (const connections of [10, 64, 300]) {
  timed(
    `a frozen generator shows as lag, with ${connections} connections`,
    { harmfulMs: 20 },
    async () => {
      const { run, frozenMs } = await runFrozen(connections);
      expectGeneratorFreeze(run, frozenMs);
    },
  );
}
