import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseAccessLine } from "./access-log.ts";
import { ErrorLog } from "./error-log.ts";
import { Threads } from "./threads.ts";

const LINE =
  '{"latency":0.004047,"timestamp":1795647361934799079,"thread":3,"iter":7,' +
  '"ok":true,"details":"200"}';

describe("a line of the access log", () => {
  test("of fortio 1.68", () => {
    const wallNs = Number("1795647361934799079");
    const line = { latencyNs: 4_047_000, wallNs, thread: 3, iter: 7, status: 200 };
    expect(parseAccessLine(LINE)).toEqual(line);
  });

  test.each([
    ['"-1"', 0],
    ['"503"', 503],
    ['"OK"', 0],
    ['"777"', 0],
  ])("details %s is status %d", (details, status) => {
    expect(parseAccessLine(LINE.replace('"200"', details))?.status).toBe(status);
  });

  test.each([
    "",
    LINE.slice(0, 40),
    "null",
    "[1]",
    LINE.replace("0.004047", "NaN"),
    LINE.replace("0.004047", '"x"'),
    LINE.replace(":3,", ":-1,"),
    LINE.replace(":7,", ":1.5,"),
    "latency,thread=1,ok=true value=0.1 12",
  ])("%s is none", (line) => {
    expect(parseAccessLine(line)).toBeUndefined();
  });

  test("whatever it is, it is read or refused", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(LINE.length), (junk, at) => {
        parseAccessLine(junk);
        parseAccessLine(LINE.slice(0, at) + junk + LINE.slice(at));
      }),
    );
  });
});

describe("why calls fail", () => {
  const line = (thread: number, msg: string, err: string) =>
    JSON.stringify({ ts: 1, level: "err", r: 1, file: "http_client.go", msg, err, thread, run: 0 });
  test.each([
    ["Unable to connect", "dial tcp 127.0.0.1:1: connect: connection refused", "connect-refused"],
    ["Unable to connect", "dial tcp 10.0.0.1:1: i/o timeout", "connect-timeout"],
    ["Unable to TLS connect", "tls: failed to verify certificate: x509: unknown", "tls"],
    ["Unable to TLS connect", "tls: DialWithDialer timed out", "connect-timeout"],
    ["Timeout error (incomplete/invalid response)", "read tcp a->b: i/o timeout", "timeout"],
    ["Read error", "read tcp a->b: read: connection reset by peer", "reset"],
    ["Read error", "EOF", "closed-before-answer"],
    ["Unable to connect", "dial tcp: socket: too many open files", "no-descriptors"],
    ["Unable to connect", "dial tcp: cannot assign requested address", "no-ports"],
    ["Short write", "?", "protocol"],
  ])("%s: %s → %s", (msg, err, kind) => {
    const log = new ErrorLog(() => {});
    log.see(line(2, msg, err));
    expect(log.take(2)).toEqual({ kind: kind as never, sample: `${msg}: ${err}` });
    expect(log.take(2).sample).toContain("-1");
  });

  test("each thread's in its order; what it says of threads' ends; what it repeats", () => {
    const ended: number[] = [];
    const log = new ErrorLog((thread) => ended.push(thread));
    log.see(line(1, "Read error", "EOF"));
    log.see(line(0, "Read error", "connection reset"));
    log.see(line(1, "Unable to connect", "connection refused"));
    log.see('{"level":"info","msg":"T012 ended after 2.00s : 10 calls. qps=4.9"}');
    log.see('{"level":"info","msg":"Closing dead socket (err at first read)","thread":1}');
    log.see("garbage");
    expect([log.take(1).kind, log.take(1).kind]).toEqual([
      "closed-before-answer",
      "connect-refused",
    ]);
    expect([log.take(0).kind, ended, log.repeated]).toEqual(["reset", [12], 1]);
  });
});

describe("threads", () => {
  /** Four connections at 100/s: number n is due at n · 10 ms. */
  const fresh = () => new Threads(4, 3, (number) => number * 10);

  test("all calls are known up to the first that may not have been", () => {
    const threads = fresh();
    expect(threads.knownNs()).toBe(0);
    threads.called(0, 0, 5);
    expect(threads.knownNs()).toBe(10);
    threads.called(1, 0, 12);
    threads.called(2, 0, 200);
    threads.called(3, 0, 32);
    expect(threads.knownNs()).toBe(40);
    threads.called(0, 1, 41);
    threads.called(0, 2, 81);
    expect(threads.knownNs()).toBe(50);
  });

  test("a thread that has made its calls holds nobody up", () => {
    const threads = fresh();
    for (const thread of [0, 1, 2, 3]) threads.called(thread, 2, 100);
    expect(threads.knownNs()).toBe(Number.POSITIVE_INFINITY);
  });

  test("in flight is who had begun and never said that it ended", () => {
    const threads = fresh();
    expect(threads.inFlightAt(25)).toBe(3);
    threads.ended(1);
    threads.called(0, 0, 5);
    expect(threads.inFlightAt(25)).toBe(1);
  });
});
