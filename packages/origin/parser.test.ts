import { expect, test } from "bun:test";
import { INCOMPLETE, MALFORMED, RequestParser } from "./parser.ts";
import { CHUNKED, Request } from "./request.ts";

const parser = new RequestParser("X-Nightjar-Number");

function parse(text: string): [number, Request] {
  const request = new Request();
  return [parser.parse(Buffer.from(text, "latin1"), 0, request), request];
}

const WHOLE =
  "\r\nHEAD /a?delay=1ms HTTP/1.1\r\nhOST:  x \r\nX-NightJar-Number: 9007199254740\r\n" +
  "X-Nightjar-Behaviour:\t size=1 \r\nConnection: Upgrade , Close\r\nContent-Length: 12\r\n" +
  "Content-Length: 12\r\nExpect: 100-Continue\r\nX-Empty:\r\n\r\n";

test("a head is read", () => {
  const [end, request] = parse(`${WHOLE}rest`);
  expect(end).toBe(WHOLE.length);
  expect(request).toMatchObject({
    number: 9007199254740,
    headOnly: true,
    minor: 1,
    keepAlive: false,
    expectsContinue: true,
    bodyBytes: 12,
    control: undefined,
  });
  expect(WHOLE.slice(request.queryFrom, request.queryTo)).toBe("delay=1ms");
  expect(WHOLE.slice(request.behaviourFrom, request.behaviourTo)).toBe("size=1");
});

test("every beginning of a head is incomplete", () => {
  for (let length = 0; length < WHOLE.length; length++)
    expect(parse(WHOLE.slice(0, length))[0]).toBe(INCOMPLETE);
});

test("what is left from one head does not touch the next", () => {
  const request = new Request();
  parser.parse(Buffer.from(WHOLE), 0, request);
  parser.parse(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 0, request);
  expect(request).toEqual(Object.assign(new Request(), { hasHost: true }));
});

test("the versions differ in what they do by default", () => {
  expect(parse("GET / HTTP/1.0\r\n\r\n")[1].keepAlive).toBe(false);
  expect(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")[1].keepAlive).toBe(true);
  expect(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n")[1].keepAlive).toBe(true);
});

test("a chunked body and a control request are recognised", () => {
  const head =
    "POST /.control/freeze?for=1s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const [, request] = parse(head);
  expect(request.bodyBytes).toBe(CHUNKED);
  expect(request.control).toBe("POST /.control/freeze?for=1s");
});

test.each([
  ["\x16\x03\x01", "method"],
  [" GET / HTTP/1.1\r\n", "method"],
  ["GET  / HTTP/1.1\r\n\r\n", "target"],
  ["GET /\r\nHost: x\r\n\r\n", "target"],
  ["GET / HTTP/2.0\r\n\r\n", "version"],
  ["GET / HTTP/1.1 \r\n\r\n", "version"],
  ["GET / HTTP/1.1\r\n\r\n", "Host"],
  ["GET / HTTP/1.1\r\nHost : x\r\n\r\n", "no name"],
  ["GET / HTTP/1.1\r\n: x\r\n\r\n", "no name"],
  ["GET / HTTP/1.1\r\nA: x\r\n folded\r\n\r\n", "no name"],
  ["GET / HTTP/1.1\r\nA: x\ny\r\n\r\n", "control character"],
  ["GET / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n", "Content-Length"],
  ["GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "Content-Length"],
  ["GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length"],
  ["GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n", "Content-Length"],
  ["GET / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked alone"],
  ["GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "chunked alone"],
  ["GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked"],
  ["GET / HTTP/1.1\r\nExpect: miracles\r\n\r\n", "expectation"],
  ["GET / HTTP/1.1\r\nX-Nightjar-Number: -1\r\n\r\n", "number"],
])("%j is malformed", (text, word) => {
  const [outcome, request] = parse(text);
  expect(outcome).toBe(MALFORMED);
  expect(request.problem).toContain(word);
});
