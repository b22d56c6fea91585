/** Stages as Nighthawk's one plugin has them: from 0 to the rate evenly, and then the rate. */
import { create } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { stageRates } from "@nightjar/core/plan/plan-load.ts";
import { parseDurationNs } from "@nightjar/core/plan/quantity.ts";
import type { CommandLineOptions } from "../generated/nighthawk/client/options_pb.ts";
import * as ramp from "../generated/nighthawk/rate_limiter/ramp_pb.ts";
import { refuseOption } from "./option-refusal.ts";
import { RAMP_PLUGIN } from "./options-load.ts";
import { durationOf } from "./wire-time.ts";

/** Throws `bad-plan`. */
export function rampOf({ load }: Plan): Pick<CommandLineOptions, "rateLimiterPluginConfig"> {
  const [first, rest, ...more] = load.stages ?? [];
  const rates = [first, rest ?? first].map(stageRates);
  const rises = rates[0].fromPerS === 0 && rates[0].toPerS > 0;
  const stays = rest === undefined || rates[1].fromPerS === rates[1].toPerS;
  const joins = rest === undefined || rates[1].fromPerS === rates[0].toPerS;
  if (!rises || !stays || !joins || more.length > 0 || load.arrivals !== "constant") {
    const hint = "0..RATE and then RATE, constant arrivals";
    refuseOption("load.stages", "Nighthawk's rate rises from 0 once, and then stays", hint);
  }
  const schema = ramp.LinearRampingRateLimiterConfigSchema;
  const rampTime = durationOf(parseDurationNs(first.duration));
  return {
    rateLimiterPluginConfig: {
      $typeName: "envoy.config.core.v3.TypedExtensionConfig",
      name: RAMP_PLUGIN,
      typedConfig: anyPack(schema, create(schema, { rampTime })),
    },
  };
}
