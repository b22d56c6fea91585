import { expect, test } from "bun:test";
import fc from "fast-check";
import { Body } from "./body.ts";

/** Feeds the text in pieces; gives how many of its bytes were taken for the body. */
function feed(body: Body, text: string, pieceBytes: number): number {
  let taken = 0;
  for (let at = 0; at < text.length && !body.done && !body.broken; at += pieceBytes)
    taken += body.consume(Buffer.from(text.slice(at, at + pieceBytes)), 0);
  return taken;
}

function chunked(parts: string[]): string {
  const chunks = parts.map((part) => `${part.length.toString(16)};x=1\r\n${part}\r\n`);
  return `${chunks.join("")}0\r\nTrailer: yes\r\n\r\n`;
}

test("a body by length takes its length", () => {
  const body = new Body();
  body.expectLength(5);
  expect(feed(body, "12345GET", 2)).toBe(5);
  expect(body.done).toBe(true);
});

test("a chunked body ends at its end, however it is cut", () => {
  const part = fc.string({ minLength: 1, unit: "grapheme-ascii" });
  fc.assert(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 40 }), (parts, pieceBytes) => {
      const body = new Body();
      body.expectChunks();
      const text = chunked(parts);
      expect(feed(body, `${text}GET / HTTP/1.1`, pieceBytes)).toBe(text.length);
      expect(body.done).toBe(true);
    }),
  );
});

test.each(["x\r\n", "\r\n", "5\nabcde", "2\r\nabc", "1\r\na\rX", "1234567890123\r\n"])(
  "%j is no chunk",
  (text) => {
    const body = new Body();
    body.expectChunks();
    feed(body, text, 1);
    expect(body.broken).toBe(true);
  },
);

test("extensions without end are refused", () => {
  const body = new Body();
  body.expectChunks();
  feed(body, `5;${"x".repeat(70_000)}`, 1000);
  expect(body.broken).toBe(true);
});
