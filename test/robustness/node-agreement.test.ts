/**
 * Differential against Node's own HTTP client, which is given the same bytes by a server of TCP:
 * status, length of the body, and whether the connection is kept.
 */
import { beforeAll, expect, test } from "bun:test";
import { bytesOf, type Reading, readAnswer } from "./answer-reading.ts";
import { sequenceAt } from "./byte-sequences.ts";
import { seedOfRun } from "./draw.ts";
import { CORPUS } from "./malformed-answers.ts";
import { differenceIn, REFUSED_BY_NODE, REUSED_OTHERWISE } from "./node-differences.ts";
import { type NodeReading, readByNode } from "./node-reading.ts";

const SEQUENCES = 6000;
const seed = seedOfRun();

interface Compared {
  readonly name: string;
  readonly text: string;
  readonly head: boolean;
  readonly ours: Reading;
}

/** Without the bytes after it: those end the connection, whatever was read before. */
function accepted(name: string, bytes: Uint8Array, head: boolean): Compared[] {
  const ours = readAnswer(bytes, { head });
  if (ours.outcome !== "done" && !ours.endedByClose) return [];
  const text = Buffer.from(bytes.subarray(0, ours.taken)).toString("latin1");
  return [{ name, text, head, ours }];
}

function fromSequences(): Compared[] {
  return Array.from({ length: SEQUENCES }, (_, n) => n).flatMap((n) => {
    const { family, bytes, head } = sequenceAt(seed, n);
    return accepted(`seed ${seed}, ${family} sequence ${n}`, bytes, head);
  });
}

const rows = Object.values(CORPUS).flat();
const faulty = rows.filter(({ outcome }) => outcome === "fault");
const good = [
  ...rows.flatMap(({ about, text }) => accepted(about, bytesOf(text), false)),
  ...fromSequences(),
];

let ofGood: NodeReading[];
let ofFaulty: NodeReading[];
beforeAll(async () => {
  const all = await readByNode([
    ...good.map(({ text, head, ours }) => ({
      bytes: bytesOf(text),
      head,
      ends: ours.endedByClose,
    })),
    ...faulty.map(({ text }) => ({ bytes: bytesOf(text), head: false, ends: true })),
  ]);
  ofGood = all.slice(0, good.length);
  ofFaulty = all.slice(good.length);
}, 120_000);

/** `undefined` where both read the same. */
function disagreement({ text, head, ours }: Compared, node: NodeReading): string | undefined {
  if (node.error !== undefined)
    return differenceIn({ text, head }, REFUSED_BY_NODE) ? undefined : `Node: ${node.error}`;
  const { status, bodyBytes, complete, reused } = node;
  if (!complete || status !== ours.status || bodyBytes !== ours.bodyBytes)
    return `Node: status ${status}, ${bodyBytes} bytes of body, complete: ${complete}`;
  const isKept = ours.outcome === "done" && !ours.close;
  if (reused === isKept || differenceIn({ text, head }, REUSED_OTHERWISE)) return undefined;
  return `Node: reused: ${reused}, and we: ${isKept}`;
}

test(`Node reads the same of the answers that we read, of seed ${seed}`, () => {
  const found = good.flatMap((one, at) => {
    const what = disagreement(one, ofGood[at]);
    return what === undefined ? [] : [`${one.name}: ${what}\n  ${JSON.stringify(one.text)}`];
  });
  expect(found.join("\n")).toBe("");
  expect(good.length).toBeGreaterThan(SEQUENCES / 3);
  const agreed = ofGood.filter(({ error }) => error === undefined);
  expect(agreed.length).toBeGreaterThan(good.length / 2);
});

test("what we refuse and Node reads is what the corpus says of it", () => {
  const read = faulty.filter((_, at) => ofFaulty[at].complete && ofFaulty[at].error === undefined);
  const unsaid = read.filter(({ readByNode: known }) => known !== true).map(({ about }) => about);
  expect(unsaid).toEqual([]);
});
