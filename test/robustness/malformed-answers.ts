/**
 * Answers that break HTTP/1.1, or look as if they did, and what becomes of each: data for
 * `corpus.test.ts`. Sections are those of RFC 9112.
 */
import type { Outcome } from "./answer-reading.ts";

export interface CorpusAnswer {
  /** What is odd about it. */
  readonly about: string;
  /** As latin1. */
  readonly text: string;
  readonly outcome: Outcome;
  /** In the words of the fault. */
  readonly fault?: RegExp;
  /** `waiting`: the end of the connection completes it. */
  readonly endedByClose?: boolean;
  /** Bytes of the text that are not of the answer: they end the connection, not the exchange. */
  readonly surplus?: number;
  readonly close?: boolean;
  readonly bodyBytes?: number;
  /** Node 20 reads it: here we are the stricter. */
  readonly readByNode?: boolean;
}

type Row = readonly [about: string, text: string, fault: RegExp, by?: "node reads it"];
type GoodRow = readonly [about: string, text: string, more?: Partial<CorpusAnswer>];

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
/** Headers and a body after the status line. */
const ok = (headers: string, body = "") => `${OK}${headers}\r\n\r\n${body}`;

function faults(rows: readonly Row[]): CorpusAnswer[] {
  return rows.map(([about, text, fault, by]) => ({
    ...{ about, text, outcome: "fault", fault },
    readByNode: by === "node reads it",
  }));
}

function read(outcome: Outcome, rows: readonly GoodRow[]): CorpusAnswer[] {
  return rows.map(([about, text, more = {}]) => ({ about, text, outcome, ...more }));
}

const READ = "node reads it";
const NO_HTTP = /does not begin with HTTP\/1\.1 and a status/;
const NO_STATUS = /status is not a number from 100 to 599/;
const NOT_CHUNKED = /Transfer-Encoding is not just chunked/;
const NO_LENGTH = /Content-Length is not a number/;
const BREAKS = /holds a CR or a NUL/;
const BLANK = /begins with a blank/;
const NO_NAME = /header line has no name/;
const SIZE = /chunk's size is not a hexadecimal number/;
const LINE = /line of a chunk's size does not end with CRLF/;
const END = /chunk does not end where its size says/;

const noHttp = faults([
  ["a banner of SSH", "SSH-2.0-OpenSSH_9.2p1\r\n", NO_HTTP],
  ["a greeting of SMTP", "220 mail.example ESMTP\r\n", NO_HTTP],
  ["an error of Redis", "-ERR unknown command 'GET'\r\n", NO_HTTP],
  ["an alert of TLS", "\x15\x03\x01\x00\x02\x02\x46", /an alert of TLS/],
  ["frames of HTTP/2", "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", NO_HTTP],
  ["a page alone, as HTTP/0.9 had it", "<html><body>It works</body></html>\n", NO_HTTP],
  ["a server of radio", "ICY 200 OK\r\n\r\n", NO_HTTP],
  ["a request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", NO_HTTP],
  ["a greeting of MySQL, which no line ends", "\x4a\0\0\0\x0a8.0.36\0", NO_HTTP],
  ["an empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n", NO_HTTP, READ],
  ["small letters", "http/1.1 200 OK\r\n\r\n", NO_HTTP],
  ["another version", "HTTP/2 200\r\n\r\n", NO_HTTP],
  ["a version of two digits", "HTTP/1.10 200 OK\r\n\r\n", NO_HTTP],
  ["no point in the version", "HTTP/11 200 OK\r\n\r\n", NO_HTTP],
  ["a tab after the version", "HTTP/1.1\t200 OK\r\n\r\n", NO_HTTP],
  ["a line of noise without an end", "\xff".repeat(70_000), NO_HTTP],
]);

const statuses = faults([
  ["two blanks before the status", "HTTP/1.1  200 OK\r\n\r\n", NO_STATUS],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", NO_STATUS],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", NO_STATUS],
  ["a status that is no number", "HTTP/1.1 2x0 OK\r\n\r\n", NO_STATUS],
  ["a negative status", "HTTP/1.1 -20 OK\r\n\r\n", NO_STATUS],
  ["a status above those of RFC 9110", "HTTP/1.1 999 OK\r\n\r\n", NO_STATUS, READ],
  ["a status below them", "HTTP/1.1 099 OK\r\n\r\n", NO_STATUS, READ],
  ["a reason without a blank", "HTTP/1.1 200OK\r\n\r\n", NO_STATUS],
  ["a tab after the status", "HTTP/1.1 200\tOK\r\n\r\n", NO_STATUS],
  ["a NUL in the reason", "HTTP/1.1 200 O\0K\r\n\r\n", BREAKS, READ],
  ["a CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n", BREAKS],
  [
    "protocols switched unasked",
    "HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n",
    /switches protocols/,
    READ,
  ],
]);

/** Two readers who see two different ends of an answer: request smuggling, from the other side. */
const lengths = faults([
  ["length and chunks", ok("Content-Length: 5\r\nTransfer-Encoding: chunked"), /both/],
  ["chunks and length", ok("Transfer-Encoding: chunked\r\nContent-Length: 5"), /both/],
  ["two lengths", ok("Content-Length: 5\r\nContent-Length: 6"), /two different/],
  [
    "two lengths, far apart",
    ok("Content-Length: 0\r\nA: b\r\ncontent-length: 44"),
    /two different/,
  ],
  ["a list of lengths", ok("Content-Length: 5, 5"), NO_LENGTH],
  ["a list of different lengths", ok("Content-Length: 5,6"), NO_LENGTH],
  ["no length in the length", ok("Content-Length:"), NO_LENGTH],
  ["a sign before the length", ok("Content-Length: +5"), NO_LENGTH],
  ["a negative length", ok("Content-Length: -5"), NO_LENGTH],
  ["a hexadecimal length", ok("Content-Length: 0x5"), NO_LENGTH],
  ["a fraction", ok("Content-Length: 5.0"), NO_LENGTH],
  ["a blank in the length", ok("Content-Length: 1 2"), NO_LENGTH],
  ["a vertical tab after the length", ok("Content-Length: 5\v"), NO_LENGTH],
  ["a no-break space before the length", ok("Content-Length: \xa05"), NO_LENGTH],
  ["a length in words", ok("Content-Length: five"), NO_LENGTH],
  ["a length of 16 digits", ok("Content-Length: 9007199254740993"), NO_LENGTH],
  ["a length of 20 digits", ok("Content-Length: 18446744073709551616"), NO_LENGTH],
  ["a folded length", ok("Content-Length: 1\r\n 0"), BLANK],
  ["a length on the next line", ok("Content-Length:\r\n 10"), NO_LENGTH],
  ["a blank before the colon", ok("Content-Length : 5"), NO_NAME],
  ["a tab before the colon", ok("Content-Length\t: 5"), NO_NAME],
  ["a blank before the name", `${OK} Content-Length: 5\r\n\r\n`, BLANK],
  ["a NUL in the length", ok("Content-Length: 5\0"), BREAKS],
  ["a length after a bare CR", ok("X: y\rContent-Length: 5"), BREAKS],
]);

const codings = faults([
  ["another coding", ok("Transfer-Encoding: gzip"), NOT_CHUNKED, READ],
  ["two codings", ok("Transfer-Encoding: gzip, chunked"), NOT_CHUNKED],
  ["chunks within another coding", ok("Transfer-Encoding: chunked, gzip"), NOT_CHUNKED, READ],
  ["chunks and nothing else", ok("Transfer-Encoding: chunked, identity"), NOT_CHUNKED, READ],
  ["chunks twice in a list", ok("Transfer-Encoding: chunked, chunked"), NOT_CHUNKED],
  ["chunks twice", ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), NOT_CHUNKED],
  ["identity", ok("Transfer-Encoding: identity"), NOT_CHUNKED, READ],
  ["no coding", ok("Transfer-Encoding:"), NOT_CHUNKED, READ],
  ["a letter before", ok("Transfer-Encoding: xchunked"), NOT_CHUNKED, READ],
  ["a letter after", ok("Transfer-Encoding: chunkedx"), NOT_CHUNKED, READ],
  ["a vertical tab before", ok("Transfer-Encoding: \vchunked"), NOT_CHUNKED],
  ["a comma before", ok("Transfer-Encoding: ,chunked"), NOT_CHUNKED],
  ["quotes", ok('Transfer-Encoding: "chunked"'), NOT_CHUNKED, READ],
  ["a parameter", ok("Transfer-Encoding: chunked;q=1"), NOT_CHUNKED, READ],
  ["a fold before", ok("Transfer-Encoding:\r\n chunked"), NOT_CHUNKED],
  ["a fold after", ok("Transfer-Encoding: chunked\r\n , gzip"), BLANK],
  ["a blank before the colon", ok("Transfer-Encoding : chunked"), NO_NAME],
  ["a NUL after", ok("Transfer-Encoding: chunked\0"), BREAKS],
]);

const lines = faults([
  ["no colon", ok("no colon at all"), NO_NAME],
  ["a name alone", ok("nocolon"), NO_NAME],
  ["no name", ok(": value"), NO_NAME],
  ["a blank in a name", ok("Bad Name: x"), NO_NAME],
  ["a NUL in a name", ok("Ba\0d: x"), BREAKS],
  ["a NUL in a value", ok("X: a\0b"), BREAKS],
  ["a CR in a value", ok("X: a\rb"), BREAKS],
  ["two CRs at the end", ok("X: a\r"), BREAKS],
  ["a fold without a header", `${OK} X: y\r\n\r\n`, BLANK],
  ["a fold of blanks alone", ok("X: y\r\n \t"), /folded line holds no text/],
  ["a folded Connection", ok("Connection: x\r\n close"), BLANK],
  ["a long line", ok(`X: ${"a".repeat(70_000)}`), /longer than 65536/, READ],
  ["a long reason", `HTTP/1.1 200 ${"a".repeat(70_000)}`, /longer than 65536/],
  ["a long name", `${OK}${"a".repeat(70_000)}`, /longer than 65536/],
  ["many lines", `${OK}${"X: aaaa\r\n".repeat(10_000)}`, /longer than 65536/],
  ["many folds", `${OK}X: y\r\n${" aaaaaa\r\n".repeat(10_000)}`, /longer than 65536/],
]);

const sizes = faults([
  ["no size", `${CHUNKED}\r\n`, SIZE],
  ["no digit", `${CHUNKED}xyz\r\n`, SIZE],
  ["a sign", `${CHUNKED}+5\r\nhello\r\n`, SIZE],
  ["a negative size", `${CHUNKED}-5\r\nhello\r\n`, SIZE],
  ["a prefix", `${CHUNKED}0x5\r\nhello\r\n`, SIZE],
  ["a blank before", `${CHUNKED} 5\r\nhello\r\n`, SIZE],
  ["a blank within", `${CHUNKED}1 0\r\nhello\r\n`, SIZE],
  ["an underscore", `${CHUNKED}1_0\r\nhello\r\n`, SIZE],
  ["a semicolon alone", `${CHUNKED};a=b\r\n`, SIZE],
  ["14 digits", `${CHUNKED}00000000000005\r\nhello\r\n`, /size is too long/],
  ["a size that wraps in 64 bits", `${CHUNKED}10000000000000005\r\nhello\r\n`, /size is too long/],
  ["a bare LF", `${CHUNKED}5\nhello\r\n`, LINE],
  ["a bare CR", `${CHUNKED}5\rhello\r\n`, LINE],
  ["a bare LF after an extension", `${CHUNKED}5;a\nhello\r\n`, LINE],
  ["a NUL in an extension", `${CHUNKED}5;a\0\r\nhello\r\n`, LINE],
  ["a CR in an extension", `${CHUNKED}5;a\rb\r\nhello\r\n`, LINE],
  ["an endless extension", `${CHUNKED}5;${"a".repeat(9000)}`, /extension is too long/],
  ["endless blanks", `${CHUNKED}5${" ".repeat(9000)}`, SIZE],
]);

const chunks = faults([
  ["more data than the size says", `${CHUNKED}5\r\nhello world\r\n`, END],
  ["less data than the size says", `${CHUNKED}5\r\nhell\r\n0\r\n\r\n`, END],
  ["data without an end", `${CHUNKED}5\r\nhello0\r\n\r\n`, END],
  ["data that ends with a bare LF", `${CHUNKED}5\r\nhello\n0\r\n\r\n`, END],
  ["data that ends with a bare CR", `${CHUNKED}5\r\nhello\r0\r\n\r\n`, END],
  ["a trailer without a colon", `${CHUNKED}0\r\nno colon\r\n\r\n`, NO_NAME],
  ["a trailer that begins with a blank", `${CHUNKED}0\r\n X: y\r\n\r\n`, BLANK],
  ["a NUL in a trailer", `${CHUNKED}0\r\nX: \0\r\n\r\n`, BREAKS],
  ["endless trailers", `${CHUNKED}0\r\n${"X: aaaa\r\n".repeat(10_000)}`, /longer than 65536/],
]);

/** They look odd, and are good. */
const odd = read("done", [
  ["no reason", "HTTP/1.1 204\r\n\r\n"],
  ["a reason in latin1", "HTTP/1.1 204 d\xe9j\xe0 vu\r\n\r\n"],
  [
    "lines that end with a bare LF (§2.2)",
    "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    { bodyBytes: 2 },
  ],
  ["the same length twice (§6.3)", ok("Content-Length: 2\r\nContent-Length: 2", "ok")],
  ["zeros before the length", ok("Content-Length: 0000000002", "ok"), { bodyBytes: 2 }],
  ["tabs around the length", ok("Content-Length:\t2\t", "ok"), { bodyBytes: 2 }],
  [
    "a folded value that frames nothing (§5.2)",
    ok("X: a\r\n Content-Length: 9\r\nContent-Length: 0"),
  ],
  ["a header that is nearly one that frames", ok("Content_Length: 9\r\nContent-Length: 0")],
  ["control characters in a value", ok("X: \x01\x1b[31m\x7f\r\nContent-Length: 0")],
  ["a length of 204, which has no body", "HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n"],
  ["a length of 304", "HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n"],
  ["chunks of 304", "HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["a body of 204", "HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\nhello", { surplus: 5 }],
  ["interim answers", `HTTP/1.1 103 X\r\nConnection: close\r\n\r\n${ok("Content-Length: 0")}`],
  ["a second answer", `${ok("Content-Length: 0")}${ok("Content-Length: 0")}`, { surplus: 38 }],
  [
    "a body that is longer than its length",
    ok("Content-Length: 2", "okay"),
    { surplus: 2, bodyBytes: 2 },
  ],
  ["more after the last chunk", `${CHUNKED}0\r\n\r\nmore`, { surplus: 4 }],
  [
    "sizes with zeros, in capitals",
    `${CHUNKED}00A\r\n0123456789\r\n000\r\n\r\n`,
    { bodyBytes: 10 },
  ],
  ["blanks after a size", `${CHUNKED}2 \t\r\nok\r\n0 \r\n\r\n`, { bodyBytes: 2 }],
  ["extensions", `${CHUNKED}2;a=b;c="d;e"\r\nok\r\n0;last\r\n\r\n`, { bodyBytes: 2 }],
  ["trailers that would frame", `${CHUNKED}0\r\nContent-Length: 9\r\n\r\n`],
  [
    "chunks in HTTP/1.0 (§6.1)",
    `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    { close: true },
  ],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", { close: true }],
  ["close among others", ok("Connection: x,\tClose\r\nContent-Length: 0"), { close: true }],
]);

const unfinished = read("waiting", [
  ["nothing at all", ""],
  ["a half status line", "HTTP/1.1 20"],
  ["a half head", ok("Content-Length: 5").slice(0, -2)],
  ["a half body", ok("Content-Length: 5", "hell"), { bodyBytes: 4 }],
  ["an interim answer alone", "HTTP/1.1 100 Continue\r\n\r\n"],
  ["a huge length", ok("Content-Length: 999999999999999", "some"), { bodyBytes: 4 }],
  ["a huge chunk", `${CHUNKED}fffffffffffff\r\nsome`, { bodyBytes: 4 }],
  ["chunks without the last", `${CHUNKED}2\r\nok\r\n`, { bodyBytes: 2 }],
  ["trailers without an end", `${CHUNKED}0\r\nX: y\r\n`],
  [
    "no length (§6.3, item 8)",
    ok("X: y", "some"),
    { endedByClose: true, close: true, bodyBytes: 4 },
  ],
]);

export const CORPUS: Readonly<Record<string, readonly CorpusAnswer[]>> = {
  "what is no HTTP": noHttp,
  "a bad status line": statuses,
  "a length that two could read in two ways": lengths,
  "a coding that we did not ask for": codings,
  "a bad line of a head": lines,
  "a bad size of a chunk": sizes,
  "a bad chunk": chunks,
  "what is odd and good": odd,
  "what is not over": unfinished,
};
