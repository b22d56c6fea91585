/**
 * Exact totals in the `user_defined_outputs` of a Nighthawk Result, there and back. They stand in a
 * google.protobuf.Struct, which every reader of Nighthawk's messages can print.
 */
import { create, fromJson, toJson } from "@bufbuild/protobuf";
import { anyPack, anyUnpack, StructSchema } from "@bufbuild/protobuf/wkt";
import {
  type ExactTotals,
  TOTALS_NAME,
  totalsDocument,
} from "@nightjar/core/record/exact-totals.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { malformedTotals, readTotals } from "@nightjar/core/record/read-exact-totals.ts";
import {
  type Result,
  type UserDefinedOutput,
  UserDefinedOutputSchema,
} from "../generated/nighthawk/client/output_pb.ts";

export function exactOutput(totals: ExactTotals, deflate: Deflate): UserDefinedOutput {
  const value = anyPack(StructSchema, fromJson(StructSchema, totalsDocument(totals, deflate)));
  return create(UserDefinedOutputSchema, {
    pluginName: TOTALS_NAME,
    outputType: { case: "typedOutput", value },
  });
}

/** `undefined`: a service of others, which tells percentiles alone. Throws `protocol`. */
export function readExactTotals(
  { userDefinedOutputs }: Result,
  inflate: Deflate,
): ExactTotals | undefined {
  const ours = userDefinedOutputs.find(({ pluginName }) => pluginName === TOTALS_NAME);
  if (ours?.outputType.case !== "typedOutput") return undefined;
  const struct = anyUnpack(ours.outputType.value, StructSchema);
  if (struct === undefined) return malformedTotals("it is no Struct");
  return readTotals(toJson(StructSchema, struct), inflate);
}
