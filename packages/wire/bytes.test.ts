/**
 * Bytes of requests and responses, derived by hand from the numbers and types of the reference: a
 * field is its number · 8 + its wire type (0 varint, 1 eight bytes, 2 with a length), as a varint.
 */
import { describe, expect, test } from "bun:test";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { anyPack, StringValueSchema } from "@bufbuild/protobuf/wkt";
import type { StatisticSchema } from "./generated/nighthawk/client/output_pb.ts";
import {
  ExecutionRequestSchema,
  type ExecutionResponse,
  ExecutionResponseSchema,
} from "./generated/nighthawk/client/service_pb.ts";

/** Pairs of digits; texts stand in quotes; what stands behind # says why. */
function bytesOf(derivation: string): Uint8Array {
  const code = derivation.replace(/#.*$/gm, "");
  const words = code.match(/"[^"]*"|[\da-f]{2}\b/g) ?? [];
  const parts = words.map((word) =>
    word.startsWith('"') ? Buffer.from(word.slice(1, -1)) : Buffer.from(word, "hex"),
  );
  return new Uint8Array(Buffer.concat(parts));
}

describe("a request", () => {
  type Init = MessageInitShape<typeof ExecutionRequestSchema>["commandSpecificOptions"];
  const CASES: Record<string, [Init, string]> = {
    "to start": [
      {
        case: "startRequest",
        value: {
          options: {
            requestsPerSecond: 10,
            connections: 0,
            oneofDurationOptions: { case: "duration", value: { seconds: 300n, nanos: 5 } },
            concurrency: "auto",
            verbosity: { value: 4 },
            oneofUri: { case: "uri", value: { value: "http://a/" } },
            terminationPredicates: { "b.x": 24n },
            openLoop: true,
            labels: ["l", ""],
            executionId: "e",
            oneofProtocol: { case: "protocol", value: { value: 1 } },
          },
        },
      },
      `0a 4a                       # start_request 1, 74 bytes
         0a 48                     # options 1, 72 bytes
           0a 02 08 0a             # requests_per_second 1, UInt32Value{1: 10}
           12 00                   # connections 2, UInt32Value of 0: there, and empty
           1a 05 08 ac 02 10 05    # duration 3, Duration{1: 300, 2: 5}
           32 06 0a 04 "auto"      # concurrency 6, StringValue
           3a 02 08 04             # verbosity 7, Verbosity{1: WARN}
           92 01 0b 0a 09 "http://a/"   # uri 18: 18·8+2 = 146
           a2 01 07 0a 03 "b.x" 10 18   # termination_predicates 20: an entry {1: key, 2: 24}
           aa 01 02 08 01          # open_loop 21
           e2 01 01 "l" e2 01 00   # labels 28: one field each
           d2 06 03 0a 01 "e"      # execution_id 106: 850 = 6·128 + 82
           da 06 02 08 01          # protocol 107: 858, Protocol{1: HTTP2}`,
    ],
    "to update": [{ case: "updateRequest", value: {} }, "12 00"],
    "to cancel": [{ case: "cancellationRequest", value: {} }, "1a 00"],
  };

  test.each(Object.keys(CASES))("%s", (name) => {
    const [commandSpecificOptions, derivation] = CASES[name];
    const request = create(ExecutionRequestSchema, { commandSpecificOptions });
    expectBytes(toBinary(ExecutionRequestSchema, request), bytesOf(derivation));
    const read = fromBinary(ExecutionRequestSchema, bytesOf(derivation));
    expect(read).toEqual(request);
  });
});

/** Byte for byte, in the order of the fields' numbers, in which everybody writes them. */
function expectBytes(found: Uint8Array, derived: Uint8Array): void {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  expect(hex(found)).toBe(hex(derived));
}

describe("a response", () => {
  const statistic: MessageInitShape<typeof StatisticSchema> = {
    count: 3n,
    id: "i",
    meanType: { case: "mean", value: { nanos: 7 } },
    pstdevType: { case: "rawPstdev", value: 0.5 },
    minType: { case: "rawMin", value: 1n },
    maxType: { case: "max", value: {} },
    percentiles: [
      { durationType: { case: "duration", value: { nanos: 7 } }, percentile: 0.5, count: 2n },
    ],
  };
  const CASES: Record<string, [MessageInitShape<typeof ExecutionResponseSchema>, string]> = {
    "with an output": [
      {
        output: {
          timestamp: { seconds: 1n },
          options: { openLoop: false },
          results: [
            {
              name: "g",
              statistics: [statistic],
              counters: [{ name: "c", value: 300n }],
              executionDuration: { seconds: 2n },
              executionStart: { seconds: 3n },
              userDefinedOutputs: [
                {
                  pluginName: "p",
                  outputType: {
                    case: "typedOutput",
                    value: anyPack(StringValueSchema, create(StringValueSchema, { value: "v" })),
                  },
                },
              ],
            },
          ],
          version: { version: { minorNumber: 3 } },
        },
        executionId: "e",
      },
      `0a 8a 01                    # output 1, 138 bytes
         0a 02 08 01               # timestamp 1
         12 03 aa 01 00            # options 2: open_loop 21, BoolValue of false: empty
         1a 79                     # results 3, 121 bytes
           0a 01 "g"               # name 1
           12 27                   # statistics 2, 39 bytes
             08 03 12 01 "i"       # count 1, id 2
             1a 02 10 07           # mean 3
             2a 0f                 # percentiles 5, 15 bytes
               0a 02 10 07         # duration 1
               11 00 00 00 00 00 00 e0 3f   # percentile 2, a double of 0.5
               18 02               # count 3
             3a 00                 # max 7, a Duration of 0
             51 00 00 00 00 00 00 e0 3f     # raw_pstdev 10
             60 01                 # raw_min 12
           1a 06 0a 01 "c" 10 ac 02         # counters 3
           22 02 08 02             # execution_duration 4
           2a 02 08 03             # execution_start 5
           32 3b 0a 01 "p"         # user_defined_outputs 6, plugin_name 1
             12 36                 # typed_output 2, an Any
               0a 2f "type.googleapis.com/google.protobuf.StringValue"
               12 03 0a 01 "v"
         22 04 0a 02 10 03         # version 4: BuildVersion{1: SemanticVersion{2: 3}}
       42 01 "e"                   # execution_id 8`,
    ],
    "with an error": [
      { errorDetail: { code: 13, message: "no" } },
      `3a 06 08 0d 12 02 "no"      # error_detail 7: Status{1: INTERNAL, 2}`,
    ],
  };

  test.each(Object.keys(CASES))("%s", (name) => {
    const [init, derivation] = CASES[name];
    const response: ExecutionResponse = create(ExecutionResponseSchema, init);
    expectBytes(toBinary(ExecutionResponseSchema, response), bytesOf(derivation));
    expect(fromBinary(ExecutionResponseSchema, bytesOf(derivation))).toEqual(response);
  });
});
