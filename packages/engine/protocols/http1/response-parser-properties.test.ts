/** Every valid response, its mutations and any noise; and what Node makes of the same bytes. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { everyByte, latin1Bytes, type Outcome, readResponse } from "./response-reading.ts";

interface Sample {
  /** The whole response, as latin1. */
  readonly text: string;
  readonly status: number;
  readonly body: string;
  /** It answers a HEAD. */
  readonly head: boolean;
  readonly close: boolean;
  readonly untilClose: boolean;
}

const latin1 = (min: number, max: number) =>
  fc.integer({ min, max }).map((code) => String.fromCharCode(code));
const valueUnit = fc.oneof(
  { weight: 8, arbitrary: latin1(0x20, 0x7e) },
  latin1(0x80, 0xff),
  fc.constant("\t"),
);
const value = fc.string({ unit: valueUnit, maxLength: 40 });
const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const headerLine = fc
  .tuple(token, value, fc.constantFrom("", " ", "\t ", "  "))
  .filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name))
  .map(([name, text, blank]) => `${name}:${blank}${text}`);
const headers = fc.array(headerLine, { maxLength: 5 });
const bodyText = fc
  .oneof(fc.uint8Array({ maxLength: 30 }), fc.uint8Array({ minLength: 200, maxLength: 600 }))
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
const reason = fc.constantFrom("", " ", " OK", " Not Found", " d\xe9j\xe0 vu");
const interim = fc
  .tuple(fc.constantFrom(100, 102, 103), headers)
  .map(([status, lines]) => `HTTP/1.1 ${status} X\r\n${lines.map((l) => `${l}\r\n`).join("")}\r\n`);
const extension = fc.constantFrom("", ";a", ";a=b", ';q="x y"');

/** A body cut into chunks, with trailers. */
function chunksOf(body: string, sizes: readonly number[], extra: string, trailers: string): string {
  let text = "";
  for (let at = 0, index = 0; at < body.length; index++) {
    const size = Math.min((sizes[index % sizes.length] % 97) + 1, body.length - at);
    text += `${size.toString(16)}${extra}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}0${extra}\r\n${trailers}\r\n`;
}

const sample: fc.Arbitrary<Sample> = fc
  .record({
    minor: fc.constantFrom(1, 1, 1, 0),
    status: fc.oneof(fc.constantFrom(200, 204, 304, 404, 503), fc.integer({ min: 200, max: 599 })),
    reason,
    headers,
    interims: fc.array(interim, { maxLength: 2 }),
    trailers: fc.array(headerLine, { maxLength: 2 }),
    framing: fc.constantFrom("length", "chunked", "close"),
    connection: fc.constantFrom("", "close", "keep-alive", "Keep-Alive, x", "x, Close"),
    sizes: fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }),
    extension,
    body: bodyText,
    head: fc.boolean(),
    at: fc.nat(5),
  })
  .map((draft) => {
    const { minor, status, body, head, connection } = draft;
    const framing = minor === 0 && draft.framing === "chunked" ? "length" : draft.framing;
    const bodiless = head || status === 204 || status === 304;
    const lines = [...draft.headers];
    const framed = {
      length: [`Content-Length: ${body.length}`],
      chunked: ["transfer-encoding: Chunked"],
      close: [],
    }[framing];
    const persistent = connection === "" ? [] : [`Connection: ${connection}`];
    lines.splice(draft.at % (lines.length + 1), 0, ...framed, ...persistent);
    const startLine = `HTTP/1.${minor} ${status}${draft.reason}`;
    const headText = [startLine, ...lines].map((line) => `${line}\r\n`).join("");
    const trailers = draft.trailers.map((line) => `${line}\r\n`).join("");
    const content =
      framing === "chunked" ? chunksOf(body, draft.sizes, draft.extension, trailers) : body;
    const untilClose = framing === "close" && !bodiless;
    const kept = minor === 1 || /keep-alive/i.test(connection);
    return {
      text: `${draft.interims.join("")}${headText}\r\n${bodiless ? "" : content}`,
      status,
      body: bodiless ? "" : body,
      head,
      close: untilClose || /close/i.test(connection) || !kept,
      untilClose,
    };
  });

describe("for every valid response", () => {
  test("the pieces in which it comes change nothing, and nothing beyond it is taken", () => {
    const cut = fc.array(fc.nat(3000), { maxLength: 12 });
    fc.assert(
      fc.property(sample, cut, fc.uint8Array({ maxLength: 40 }), (response, cuts, more) => {
        const { status, close, head, untilClose } = response;
        const own = latin1Bytes(response.text);
        const bytes = untilClose ? own : Buffer.concat([own, more]);
        const kind = untilClose ? "waiting" : "done";
        const expected: Outcome = { kind, status, close, position: own.length, fault: null };
        const sorted = cuts.toSorted((a, b) => a - b);
        for (const ends of [[], sorted, everyByte(bytes)])
          expect(readResponse(bytes, { head, cuts: ends })).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  test("Node reads the same status and the same body", async () => {
    const samples = fc.sample(sample, { numRuns: 200, seed: 20_260_101 });
    const expected = samples.map(({ status, body }) => ({ status, body, complete: true }));
    expect(await readByNode(samples)).toEqual(expected);
  }, 120_000);
});

/** Node 20 is what npm runs on, so it is there. */
async function readByNode(samples: readonly Sample[]): Promise<unknown> {
  const child = Bun.spawn(["node", "--input-type=module", "-e", NODE_CLIENT], {
    stdin: new Blob([JSON.stringify(samples)]),
    stdout: "pipe",
    stderr: "inherit",
    timeout: 15_000,
  });
  return JSON.parse(await child.stdout.text());
}

const NODE_CLIENT = `
import { request } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
const samples = JSON.parse(await text(process.stdin));
let answer = "";
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", () => socket.end(Buffer.from(answer, "latin1")));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
const read = (sample) => new Promise((resolve) => {
  answer = sample.text;
  const method = sample.head ? "HEAD" : "GET";
  const sent = request({ host: "127.0.0.1", port, method, agent: false }, (response) => {
    const chunks = [];
    const over = (error) => resolve({
      status: response.statusCode,
      body: Buffer.concat(chunks).toString("latin1"),
      complete: response.complete,
      ...(error ? { error: String(error) } : {}),
    });
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("end", () => over());
    response.on("error", over);
  });
  sent.on("error", (error) => resolve({ error: String(error) }));
  sent.end();
});
const outcomes = [];
for (const sample of samples) outcomes.push(await read(sample));
console.log(JSON.stringify(outcomes));
server.close();
`;

describe("for every sequence of bytes", () => {
  const cuts = fc.array(fc.nat(400), { maxLength: 6 });
  const same = (bytes: Uint8Array, ends: readonly number[], head: boolean) => {
    const whole = readResponse(bytes, { head });
    expect(whole.position).toBeLessThanOrEqual(bytes.length);
    const sorted = ends.toSorted((a, b) => a - b);
    for (const pieces of [sorted, everyByte(bytes)]) {
      const { kind, status, fault } = readResponse(bytes, { head, cuts: pieces });
      expect([kind, status, fault]).toEqual([whole.kind, whole.status, whole.fault]);
    }
  };

  test("noise ends in one of three ways, however it is cut", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), cuts, fc.boolean(), same), {
      numRuns: 300,
    });
  });

  test("so does a valid response with some bytes changed, lost or added", () => {
    const insert = fc.uint8Array({ maxLength: 2 });
    const mutation = fc.record({ at: fc.nat(400), remove: fc.nat(2), insert });
    const mutated = fc
      .tuple(sample, fc.array(mutation, { minLength: 1, maxLength: 3 }))
      .map(([{ text }, mutations]) => {
        const bytes = Array.from(latin1Bytes(text));
        for (const one of mutations)
          bytes.splice(one.at % (bytes.length + 1), one.remove, ...one.insert);
        return Uint8Array.from(bytes);
      });
    fc.assert(fc.property(mutated, cuts, fc.boolean(), same), { numRuns: 600 });
  });

  test("so does a line of tokens that matter, in any order", () => {
    const piece = fc.constantFrom(
      ...["HTTP/1.1 200 OK\r\n", "HTTP/1.0 204\n", "HTTP/1.1 100 C\r\n\r\n", "\r\n", "\n", "\r"],
      ...["Content-Length: 3", "Transfer-Encoding: chunked", "Connection: close", ": ", " ", "\t"],
      ...["0", "3", "abc", ";", "\0", "\xff", "X: y\r\n", "5\r\nhello\r\n", "0\r\n\r\n"],
    );
    const line = fc
      .array(piece, { maxLength: 12 })
      .map((tokens) => latin1Bytes(`HTTP/1.1 200 OK\r\n${tokens.join("")}`));
    fc.assert(fc.property(line, cuts, fc.boolean(), same), { numRuns: 600 });
  });
});
