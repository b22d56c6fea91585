import { expect, test } from "bun:test";
import { emptySnapshot, type Snapshot } from "../record/snapshot.ts";
import { emptyTally } from "../record/tally.ts";
import { sparseOf } from "../simulation/samples.ts";
import { decodeFrame, encodeFrame, encodePacked } from "./codec.ts";
import { whatIsOpen } from "./heard.ts";

test("of a last word what is open outlives the message that it came in, and nothing else", () => {
  const place = { phase: "measured", stage: 1 } as const;
  const open = { inFlight: 2, backlog: 0 };
  const openAges = { inFlight: sparseOf([5e6, 7e8]), backlog: sparseOf([]) };
  const histograms = { service: sparseOf([1e6]) };
  const openTally = { ...emptyTally(), open, openAges };
  const key = { child: "3", incarnation: 0, interval: 9 };
  const frame = encodePacked({
    ...emptySnapshot(key),
    cells: [
      { ...place, target: 0, tally: { ...openTally, histograms } },
      { ...place, target: 1, tally: { ...emptyTally(), histograms } },
    ],
    turn: sparseOf([4e5]),
  });
  const kept = whatIsOpen(decodeFrame(frame) as Snapshot);
  frame.fill(0);
  const cells = [{ ...place, target: 0, tally: openTally }];
  expect(decodeFrame(encodeFrame(kept))).toEqual({ ...emptySnapshot(key), cells });
});
