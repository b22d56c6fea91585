/** An Output as the JSON that Nighthawk prints: names as in the .proto, 64-bit numbers as texts. */
import { createRegistry, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import {
  BoolValueSchema,
  DurationSchema,
  StringValueSchema,
  StructSchema,
  UInt32ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { type Output, OutputSchema } from "../generated/nighthawk/client/output_pb.ts";
import * as ramp from "../generated/nighthawk/rate_limiter/ramp_pb.ts";

/** What may stand in an Any. */
const registry = createRegistry(
  ...[StructSchema, DurationSchema, StringValueSchema, UInt32ValueSchema, BoolValueSchema],
  ramp.LinearRampingRateLimiterConfigSchema,
);

export function outputToJson(output: Output): JsonValue {
  return toJson(OutputSchema, output, {
    registry,
    useProtoFieldName: true,
    alwaysEmitImplicit: true,
  });
}

/** Throws an `Error` of what is not an Output. */
export function outputFromJson(json: JsonValue): Output {
  return fromJson(OutputSchema, json, { registry });
}
