/** Each malformed answer ends in the outcome that the corpus names, however it is cut. */
import { describe, expect, test } from "bun:test";
import { bytesOf, essence, everyByte, readAnswer } from "./answer-reading.ts";
import { CORPUS, type CorpusAnswer } from "./malformed-answers.ts";

/** Longer ones are cut at each of so many bytes at either end, and byte by byte. */
const CUT_BYTES = 300;

function placesToCut(bytes: Uint8Array): number[] {
  const places = Array.from({ length: Math.min(bytes.length, CUT_BYTES) }, (_, at) => at);
  return [...new Set([...places, ...places.map((at) => bytes.length - at)])];
}

function expectEverywhere({ text, outcome, ...expected }: CorpusAnswer): void {
  const bytes = bytesOf(text);
  const whole = readAnswer(bytes);
  const { fault, surplus = 0, endedByClose = false, close = false, bodyBytes = 0 } = expected;
  if (fault) expect([whole.outcome, whole.fault]).toEqual(["fault", expect.stringMatching(fault)]);
  else {
    const taken = bytes.length - surplus;
    expect(whole).toMatchObject({ outcome, taken, endedByClose, close, fault: null });
    if (bodyBytes > 0) expect(whole.bodyBytes).toBe(bodyBytes);
  }
  const cuts = [everyByte(bytes), ...placesToCut(bytes).map((at) => [at])];
  for (const ends of cuts)
    expect(essence(readAnswer(bytes, { cuts: ends }))).toEqual(essence(whole));
}

for (const [group, answers] of Object.entries(CORPUS)) {
  describe(group, () => {
    test.each(answers.map((answer) => [answer.about, answer] as const))("%s", (_, answer) =>
      expectEverywhere(answer),
    );
  });
}

test("the corpus names each answer once", () => {
  const names = Object.entries(CORPUS).flatMap(([group, answers]) =>
    answers.map(({ about }) => `${group}: ${about}`),
  );
  expect(new Set(names).size).toBe(names.length);
  const texts = Object.values(CORPUS).flatMap((answers) => answers.map(({ text }) => text));
  expect(new Set(texts).size).toBe(texts.length);
});

test("a good answer that breaks off, at whichever byte, is waited for", () => {
  for (const { text, surplus = 0 } of CORPUS["what is odd and good"]) {
    const whole = bytesOf(text.slice(0, text.length - surplus));
    for (let length = 0; length < whole.length; length++) {
      const { outcome, endedByClose } = readAnswer(whole.subarray(0, length));
      expect([outcome, endedByClose]).toEqual(["waiting", false]);
    }
    expect(readAnswer(whole).outcome).toBe("done");
  }
});
