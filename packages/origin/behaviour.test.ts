import { describe, expect, test } from "bun:test";
import { BehaviourError, parseBehaviour, parseDurationNs } from "./behaviour.ts";

describe("a behaviour", () => {
  test("of nothing is an ordinary 200", () => {
    expect(parseBehaviour("")).toMatchObject({
      status: 200,
      statuses: [],
      framing: "length",
      closeAfter: 0,
    });
  });

  test("has delays: fixed, exponential, by chance", () => {
    expect(parseBehaviour("delay=20ms").delay).toEqual({ kind: "fixed", ns: 20e6 });
    expect(parseBehaviour("delay=exp:1.5ms").delay).toEqual({ kind: "exponential", meanNs: 1.5e6 });
    expect(parseBehaviour("delay=10ms:20,100ms:10").delay).toEqual({
      kind: "chances",
      chances: [
        { value: 10e6, below: 0.2 },
        { value: 100e6, below: 0.2 + 0.1 },
      ],
    });
  });

  test("may be form-encoded", () => {
    expect(parseBehaviour("delay=exp%3A20ms&status=503%3A1%2C404%3A5")).toEqual(
      parseBehaviour("delay=exp:20ms&status=503:1,404:5"),
    );
  });

  test("has queues with the discipline in their names", () => {
    expect(parseBehaviour("queue=mm1&service=2ms").queue).toEqual({
      name: "mm1",
      service: { kind: "exponential", meanNs: 2e6 },
    });
    expect(parseBehaviour("queue=md1:disk&service=2ms").queue).toEqual({
      name: "md1:disk",
      service: { kind: "fixed", ns: 2e6 },
    });
  });

  test("has the rest", () => {
    const text = "status=204&size=7&chunked=1&close=3&reset=2&silence=0.5&abort=1&interim=1";
    expect(parseBehaviour(text)).toMatchObject({
      status: 204,
      bodyBytes: 7,
      framing: "chunked",
      closeAfter: 3,
      reset: 0.02,
      silence: 0.005,
      abort: 0.01,
      interim: true,
    });
    expect(parseBehaviour("untilclose=1").framing).toBe("close");
  });

  test.each([
    ["q=tea", '"q" is not a behaviour'],
    ["toString=1", "is not a behaviour"],
    ["delay=fast", 'delay: "fast" is not a duration'],
    ["delay=2h", "is not a duration"],
    ["delay=61m", "longer than an hour"],
    ["delay=10ms:60,20ms:60", "exceed 100"],
    ["status=42", "whole number from 200 to 599"],
    ["status=503:1,404", "needs a percentage"],
    ["size=99999999999", "whole number from 0 to 16777216"],
    ["chunked=yes", "neither 1 nor 0"],
    ["chunked=1&untilclose=1", "exclude one another"],
    ["queue=mm1", "needs service"],
    ["queue=mmx&service=1ms", "queue is mm1 or md1"],
    ["service=1ms", "queue is mm1 or md1"],
    ["queue=md1&service=1ms&delay=1ms", "exclude one another"],
    ["delay=1ms&delay=2ms", "given twice"],
    ["reset=101", "percentage from 0 to 100"],
  ])("refuses %s with a sentence", (text, sentence) => {
    expect(() => parseBehaviour(text)).toThrow(BehaviourError);
    expect(() => parseBehaviour(text)).toThrow(sentence);
  });
});

test("a behaviour of very many characters is refused", () => {
  expect(() => parseBehaviour(`size=${"0".repeat(3000)}`)).toThrow("at most 2048 characters");
});

test("durations are whole nanoseconds", () => {
  expect(["3ns", "2us", "2µs", "1.5ms", "2s", "1m"].map(parseDurationNs)).toEqual([
    3, 2000, 2000, 1.5e6, 2e9, 60e9,
  ]);
});
