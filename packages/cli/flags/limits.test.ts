/** Options of the limits, each by a real run that fails without it. */
import type { Result } from "@nightjar/core/result/result.ts";
import { LIMITS_OPTIONS } from "../options/limits.ts";
import { BRIEF, completed, expectBoth, type Load, prove } from "./trial.ts";

/** So many wait at once that each connection is wanted. */
const FEW: Load = ["--rate", "500", "--requests", "60", "--connections", "2"];

prove(LIMITS_OPTIONS, {
  "--requests": () => expectBoth(["--requests", "7"], completed, [7, 100], { load: BRIEF }),
  "--duration": () => expectBoth(["--duration", "100ms"], completed, [50, 100]),
  "--warmup": () => {
    const before = ({ warmup }: Result) => warmup?.due ?? 0;
    return expectBoth(["--warmup", "100ms"], before, [50, 0], { load: BRIEF });
  },
  "--timeout": () => {
    const timeouts = ({ errors }: Result) => errors.timeout ?? 0;
    const where = { target: "/?delay=2s", load: ["--requests", "20"] };
    return expectBoth(["--timeout", "50ms"], timeouts, [20, 0], where);
  },
  "--connect-timeout": async () => {
    const mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const whenS = ({ errorSamples }: Result) => {
      const atS = errorSamples["connect-timeout"]?.atS ?? 99;
      return atS < 4 ? "soon" : "late";
    };
    const patience = ["--timeout", "5s", "--insecure", "--connections", "2"];
    const where = { target: `https://127.0.0.1:${mute.port}/`, load: [...BRIEF, ...patience] };
    await expectBoth(["--connect-timeout", "100ms"], whenS, ["soon", "late"], where);
    mute.stop(true);
  },
  "--max-backlog": () => {
    const isDropping = ({ accounting }: Result) => accounting.dropped > 0;
    const where = { target: "/?delay=20ms", load: FEW };
    return expectBoth(["--max-backlog", "5"], isDropping, [true, false], where);
  },
  "--drain": () => {
    const isCut = ({ accounting }: Result) => accounting.censored > 0;
    const where = { target: "/?delay=2s", load: ["--rate", "100", "--duration", "200ms"] };
    return expectBoth(["--drain", "50ms"], isCut, [true, false], where);
  },
});
