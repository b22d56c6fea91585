/**
 * Any number of byte sequences by seed: answers that are good and known to the last byte, such
 * answers with bytes changed, words of HTTP in any order, and noise.
 */
import { bytesOf, checksumOf } from "./answer-reading.ts";
import { Draw } from "./draw.ts";

export const FAMILIES = ["good", "changed", "words", "noise"] as const;
export type Family = (typeof FAMILIES)[number];

/** What every reader must make of a good answer. */
export interface Truth {
  readonly status: number;
  readonly close: boolean;
  readonly bodyBytes: number;
  readonly checksum: number;
  /** Of the answer, without what follows it. */
  readonly length: number;
  readonly untilClose: boolean;
}

export interface ByteSequence {
  readonly family: Family;
  readonly bytes: Uint8Array;
  /** It answers a HEAD. */
  readonly head: boolean;
  /** Of the good. */
  readonly truth?: Truth;
  /** Where it is cut, in order. */
  readonly cuts: readonly number[];
}

const SHARES: readonly (readonly [Family, number])[] = [
  ["good", 0.3],
  ["changed", 0.4],
  ["words", 0.2],
  ["noise", 0.1],
];
const MOST_NOISE_BYTES = 200;
const MOST_CUTS = 6;

/** Number `n` of the seed. */
export function sequenceAt(seed: number, n: number): ByteSequence {
  const draw = new Draw(seed, n);
  const family = familyOf(draw);
  const head = draw.chance(0.15);
  const made = makers[family](draw, head);
  const { bytes } = made;
  const cuts = draw.times(MOST_CUTS, () => draw.below(bytes.length + 1)).sort((a, b) => a - b);
  return { family, head, cuts, ...made };
}

function familyOf(draw: Draw): Family {
  let rest = draw.below(1000) / 1000;
  for (const [family, share] of SHARES) {
    if (rest < share) return family;
    rest -= share;
  }
  return "noise";
}

type Made = Pick<ByteSequence, "bytes" | "truth">;

const makers: Readonly<Record<Family, (draw: Draw, head: boolean) => Made>> = {
  good: (draw, head) => {
    const answer = drawAnswer(draw, head);
    const more = answer.truth.untilClose || draw.chance(0.8) ? "" : drawAnswer(draw, false).text;
    return { bytes: bytesOf(answer.text + more), truth: answer.truth };
  },
  changed: (draw, head) => ({ bytes: changed(draw, bytesOf(drawAnswer(draw, head).text)) }),
  words: (draw) => ({ bytes: bytesOf(words(draw)) }),
  noise: (draw) => ({
    bytes: Buffer.concat([
      bytesOf(draw.pick(BEFORE_NOISE)),
      draw.bytes(draw.below(MOST_NOISE_BYTES)),
    ]),
  }),
};

const OK = "HTTP/1.1 200 OK\r\n";
/** Noise may come anywhere in an answer. */
const BEFORE_NOISE = [
  ...["", "", "", "HTTP/1.1 ", OK, `${OK}X: y`, `${OK}Content-Length: 9\r\n\r\n`],
  ...[`${OK}\r\n`, `${OK}Transfer-Encoding: chunked\r\n\r\n`, `HTTP/1.1 204\r\n\r\n`],
];

const NAMES = [
  "Server",
  "Date",
  "X-A",
  "content-type",
  "Content-Lengths",
  "ETag",
  "!#$%&'*+.^_`|~",
];
const VALUES = [
  "",
  "a",
  "nginx/1.22.1",
  "text/html; charset=utf-8",
  '"x:y"',
  "\xe9\xff",
  "a\tb",
  "0",
];
const BLANKS = ["", " ", "\t", "  \t "];
const REASONS = ["", " ", " OK", " Not Found", " d\xe9j\xe0 vu", " 200 HTTP/1.1"];
const STATUSES = [200, 200, 200, 204, 304, 404, 500, 503, 599];
const CONNECTIONS = ["", "", "close", "keep-alive", "Keep-Alive, x", "x , Close"];
const EXTENSIONS = ["", "", ";a", ";a=b", ';q="x y;z"', " ;a", "\t;a"];

function field(draw: Draw): string {
  const value = draw.pick(BLANKS) + draw.pick(VALUES) + draw.pick(BLANKS);
  return `${draw.pick(NAMES)}:${value}\r\n`;
}

function fields(draw: Draw, most: number): string {
  return draw.times(most, () => field(draw)).join("");
}

function drawBody(draw: Draw): string {
  const length = draw.chance(0.1) ? 200 + draw.below(400) : draw.below(30);
  return String.fromCharCode(...draw.bytes(length));
}

/** Cut into chunks, with trailers. */
function chunksOf(draw: Draw, body: string): string {
  let text = "";
  for (let at = 0; at < body.length; ) {
    const size = Math.min(1 + draw.below(draw.chance(0.5) ? 5 : 300), body.length - at);
    const digits = size.toString(16).padStart(draw.below(4), "0");
    text += `${draw.chance(0.5) ? digits : digits.toUpperCase()}${draw.pick(EXTENSIONS)}\r\n`;
    text += `${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}${draw.pick(["0", "000"])}${draw.pick(EXTENSIONS)}\r\n${fields(draw, 2)}\r\n`;
}

function framed(draw: Draw, body: string): [header: string, content: string] {
  const kind = draw.below(3);
  const blank = draw.pick(BLANKS);
  if (kind === 0) return [`Content-Length:${blank}${body.length}${draw.pick(BLANKS)}\r\n`, body];
  if (kind === 1) return [`transfer-encoding:${blank}Chunked\r\n`, chunksOf(draw, body)];
  return ["", body];
}

/** Length, chunks or the end of the connection; of either version; with or without a body. */
function drawAnswer(draw: Draw, head: boolean): { text: string; truth: Truth } {
  const minor = draw.chance(0.8) ? 1 : 0;
  const status = draw.pick(STATUSES);
  const body = drawBody(draw);
  const [framing, content] = framed(draw, body);
  const connection = draw.pick(CONNECTIONS);
  const connectionLine = connection === "" ? "" : `Connection: ${connection}\r\n`;
  const parts = [fields(draw, 3), framing, fields(draw, 2), connectionLine, fields(draw, 1)];
  const interims = draw.chance(0.1) ? `HTTP/1.1 103 Hints\r\n${fields(draw, 2)}\r\n` : "";
  const top = `${interims}HTTP/1.${minor} ${status}${draw.pick(REASONS)}\r\n${parts.join("")}\r\n`;
  const isBodiless = head || status === 204 || status === 304;
  const text = isBodiless ? top : top + content;
  const untilClose = framing === "" && !isBodiless;
  const isChunked = framing.startsWith("transfer");
  const isKept = minor === 1 || (/keep-alive/i.test(connection) && !isChunked);
  const truth = {
    status,
    close: untilClose || /close/i.test(connection) || !isKept,
    bodyBytes: isBodiless ? 0 : body.length,
    checksum: checksumOf(bytesOf(isBodiless ? "" : body)),
    length: text.length,
    untilClose,
  };
  return { text, truth };
}

/** Bytes that decide something are put in more often than others. */
const SHARP = [0, 9, 10, 11, 13, 32, 43, 44, 45, 48, 49, 57, 58, 59, 65, 102, 127, 255];

/** Up to three places lose, gain or change some bytes; or the rest is cut off. */
function changed(draw: Draw, whole: Uint8Array): Uint8Array {
  let bytes = whole;
  for (let left = 1 + draw.below(3); left > 0; left--) {
    const at = draw.below(bytes.length + 1);
    const added = draw.times(2, () => (draw.chance(0.7) ? draw.pick(SHARP) : draw.below(256)));
    const removed = draw.chance(0.05) ? bytes.length : draw.below(3);
    bytes = Uint8Array.from([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + removed)]);
  }
  return bytes;
}

const WORDS = [
  ...[OK, OK, "HTTP/1.0 204\n", "HTTP/1.1 100 C\r\n\r\n"],
  ...[
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    ": ",
    ":",
    " ",
    "\t",
    ",",
    ";",
    "\0",
    "\xff",
    "-",
    "+",
  ],
  ...["Content-Length", "Content-Length: 3\r\n", "Content-Length: 5", "Content-Length: 0\r\n"],
  ...["Transfer-Encoding", "Transfer-Encoding: chunked\r\n", "chunked", "gzip", "identity"],
  ...["Connection: close\r\n", "Connection: keep-alive\r\n", "close", "X: y\r\n", "X: y\r\n z\r\n"],
  ...["0", "3", "5", "abc", "0\r\n\r\n", "3\r\nabc\r\n", "5\r\nhello\r\n", "00000000000003\r\n"],
];

function words(draw: Draw): string {
  const begin = draw.chance(0.9) ? OK : "";
  return begin + draw.times(12, () => draw.pick(WORDS)).join("");
}
