/** Whatever came before, a response is read as a parser without a memory reads it. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HeadMemory } from "./head-memory.ts";
import { RememberingParser } from "./remembering-parser.ts";
import { ResponseParser } from "./response-parser.ts";

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

/** Feeds the text in pieces of `size`; what is seen of the response. */
function outcome(parser: ResponseParser, text: string, head: boolean, size: number) {
  const bytes = bytesOf(text);
  parser.next(head);
  let stopped = 0;
  for (let at = 0; at < bytes.length && !parser.done && parser.fault === null; at += size) {
    stopped = at + parser.feed(bytes.subarray(at, at + size), 0);
  }
  const ended = parser.end();
  const { status, close, done, fault, begun } = parser;
  return { stopped, ended, status, close, done, fault, begun };
}

const HEADS = [
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.1 103 Early\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
  "HTTP/1.1 200 OK\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 5\n\n",
];
const head = fc.constantFrom(...HEADS);
const body = fc.constantFrom("hello", "hel", "", "hello\r\n0\r\n\r\n", "helloHTTP/1.1 200 OK\r\n");
const response = fc.record({
  text: fc.tuple(head, body).map(([first, then]) => first + then),
  isHead: fc.boolean(),
  size: fc.constantFrom(1, 7, 39, 40, 41, 1000),
});

test("a sequence of responses is read the same, with and without a memory", () => {
  fc.assert(
    fc.property(fc.array(response, { minLength: 1, maxLength: 40 }), (responses) => {
      const memory = new HeadMemory();
      for (const { text, isHead, size } of responses) {
        const remembered = outcome(new RememberingParser(memory), text, isHead, size);
        expect(remembered).toEqual(outcome(new ResponseParser(), text, isHead, size));
      }
    }),
    { numRuns: 2000 },
  );
});

const KNOWN = { status: 200, close: false, bodyBytes: 5 };

describe("a memory", () => {
  test("knows the last head, and no other", () => {
    const memory = new HeadMemory();
    const chunk = bytesOf("head-a|body");
    expect(memory.match(chunk, 0)).toBe(0);
    memory.keep(chunk, 0, 7, KNOWN);
    expect(memory.match(chunk, 0)).toBe(7);
    expect(memory.match(bytesOf("xxhead-a|y"), 2)).toBe(7);
    expect(memory.match(bytesOf("head-b|body"), 0)).toBe(0);
    expect(memory.match(bytesOf("head-a"), 0)).toBe(0);
    expect([memory.status, memory.close, memory.bodyBytes]).toEqual([200, false, 5]);
  });

  test("heads that keep differing are looked at once in a while", () => {
    const memory = new HeadMemory();
    let known = 0;
    for (let i = 0; i < 5000; i++) {
      const chunk = bytesOf(`request ${String(i).padStart(6, "0")}|`);
      known += memory.match(chunk, 0);
      memory.keep(chunk, 0, chunk.length, KNOWN);
    }
    expect(known).toBe(0);
    const same = bytesOf("the same at last|");
    let found = 0;
    for (let i = 0; i < 600; i++) {
      if (memory.match(same, 0) > 0) found++;
      else memory.keep(same, 0, same.length, KNOWN);
    }
    expect(found).toBeGreaterThan(300);
  });

  test("does not keep what is longer than it holds", () => {
    const memory = new HeadMemory();
    const long = new Uint8Array(3000);
    memory.keep(long, 0, 3000, KNOWN);
    expect(memory.match(long, 0)).toBe(0);
  });
});
