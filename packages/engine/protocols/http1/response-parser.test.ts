/** Framing of responses, by the sections of RFC 9112. */
import { describe, expect, test } from "bun:test";
import { MAX_HEAD_BYTES, ResponseParser } from "./response-parser.ts";
import { answer, expectDone, expectFault, expectWaiting, latin1Bytes } from "./response-reading.ts";

describe("a status line (§4)", () => {
  test.each([
    ["HTTP/1.1 204 No Content\r\n\r\n", 204],
    ["HTTP/1.1 204 \r\n\r\n", 204],
    ["HTTP/1.1 204\r\n\r\n", 204],
    ["HTTP/1.1 304 Pas modifi\xe9\r\n\r\n", 304],
    ["HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n", 599],
  ])("%j is read", (text, status) => expectDone(text, { status }));

  test.each([
    "HTTP/2.0 200 OK\r\n\r\n",
    "HTTP/1.2 200 OK\r\n\r\n",
    "http/1.1 200 OK\r\n\r\n",
    " HTTP/1.1 200 OK\r\n\r\n",
    "\r\nHTTP/1.1 200 OK\r\n\r\n",
    "<html>not at all</html>\r\n\r\n",
    "HTTP/1.1 20\r\n\r\n",
    "\n",
  ])("%j is no status line", (text) => expectFault(text, /does not begin with HTTP/));

  test.each(["S", "HTTP/2", "HTTP/1!", "\0", "220 mail.example"])(
    "%j, which no line ends, is known for none at once",
    (text) => expectFault(text, /does not begin with HTTP/),
  );

  test("the beginning of one is waited for", () => {
    for (const text of ["H", "HTTP/", "HTTP/1.", "HTTP/1.1 200 OK\r"]) expectWaiting(text);
  });

  test("an alert of TLS is known for one", () =>
    expectFault("\x15\x03\x01\0\x02\x02\x46", /an alert of TLS: the port may want https/));

  test.each(["099", "600", "2x0", "-20", "1e2", " 200"])("the status %s is none", (status) =>
    expectFault(`HTTP/1.1 ${status} OK\r\n\r\n`, /not a number from 100 to 599/),
  );

  test("a status of four digits is none", () =>
    expectFault("HTTP/1.1 2000 OK\r\n\r\n", /not a number/));
});

describe("the end of a response (§6.3)", () => {
  test("a length is counted", () => {
    expectDone(answer(["Content-Length: 5"], "hello"));
    expectDone(answer(["content-LENGTH:\t 5 \t"], "hello"));
    expectDone(answer(["Content-Length: 000000000000005"], "hello"));
    expectDone(answer(["Content-Length: 0"]));
    expectWaiting(answer(["Content-Length: 5"], "hell"));
  });

  test("what comes after the length is not taken", () => {
    const text = answer(["Content-Length: 5"], "hello");
    expectDone(`${text}HTTP/1.1 200 OK\r\n`, { position: text.length });
  });

  test("the same length twice is one length (item 5)", () =>
    expectDone(answer(["Content-Length: 5", "Content-Length: 5"], "hello")));

  test("two different lengths are a fault (item 5)", () =>
    expectFault(answer(["Content-Length: 5", "Content-Length: 6"]), /two different/));

  test.each(["5, 5", "5,6", "-5", "+5", "5.0", "0x5", "5 5", "", "five", "1234567890123456"])(
    "the length %j is no number (item 5)",
    (length) => expectFault(answer([`Content-Length: ${length}`]), /not a number/),
  );

  test("both a length and chunks are a fault (item 3)", () => {
    const [length, chunked] = ["Content-Length: 5", "Transfer-Encoding: chunked"];
    expectFault(answer([length, chunked]), /both Content-Length and chunks/);
    expectFault(answer([chunked, length]), /both Content-Length and chunks/);
  });

  test("without length or chunks it ends with the connection (item 8)", () => {
    for (const body of ["", "some of it"]) {
      const parser = new ResponseParser();
      parser.next(false);
      const bytes = latin1Bytes(answer(["Content-Type: text/plain"], body));
      expect(parser.feed(bytes, 0)).toBe(bytes.length);
      expect(parser.done).toBe(false);
      expect(parser.end()).toBe(true);
      expect([parser.done, parser.close]).toEqual([true, true]);
    }
  });

  test.each([
    "HTTP/1.1 200 OK\r\nContent-Le",
    answer(["Content-Length: 5"], "hell"),
    answer(["Transfer-Encoding: chunked"], "5\r\nhello\r\n"),
    answer(["Transfer-Encoding: chunked"], "0\r\n"),
    "",
  ])("the end of the connection does not complete %j (§8)", (text) => {
    const parser = new ResponseParser();
    parser.next(false);
    parser.feed(latin1Bytes(text), 0);
    expect(parser.end()).toBe(false);
  });

  test("an answer to HEAD has no body, whatever it says (item 1)", () => {
    expectDone(answer(["Content-Length: 5"]), {}, true);
    expectDone(answer(["Transfer-Encoding: chunked"]), {}, true);
    expectDone(answer([]), {}, true);
  });

  test.each([204, 304])("%i has no body, whatever it says (item 1)", (status) => {
    const head = `HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\n`;
    expectDone(head, { status });
    expectDone(`${head}hello`, { status, position: head.length });
  });
});

describe("interim responses (RFC 9110 §15.2)", () => {
  const final = answer(["Content-Length: 2"], "ok");

  test("one or several come before the answer", () => {
    expectDone(`HTTP/1.1 100 Continue\r\n\r\n${final}`);
    const [processing, hints] = ["102 Processing\r\nX: y", "103 Early Hints\r\nLink: </a>"];
    expectDone(`HTTP/1.1 ${processing}\r\n\r\nHTTP/1.1 ${hints}\r\n\r\n${final}`);
  });

  test("they frame nothing and close nothing", () =>
    expectDone(`HTTP/1.1 103 X\r\nConnection: close\r\nContent-Length: 9\r\n\r\n${final}`));

  test("alone they are no answer", () => expectWaiting("HTTP/1.1 100 Continue\r\n\r\n"));

  test("101 was not asked for (RFC 9110 §15.2.2)", () =>
    expectFault("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", /switches protocols/));
});

describe("persistence (§9.3)", () => {
  const end = "Content-Length: 0\r\n\r\n";
  test.each([
    ["HTTP/1.1 200 OK\r\n", false],
    ["HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", false],
    ["HTTP/1.1 200 OK\r\nConnection: close\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: CLOSE\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: upgrade, close\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: close , x\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: closed, enclose\r\n", false],
    ["HTTP/1.1 200 OK\r\nX-Connection: close\r\n", false],
    ["HTTP/1.0 200 OK\r\n", true],
    ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", false],
    ["HTTP/1.0 200 OK\r\nConnection: x, keep-alive\r\n", false],
    ["HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n", true],
  ])("%j: closes %p", (head, close) => expectDone(`${head}${end}`, { close }));

  test("chunks in HTTP/1.0 are faulty framing, so the connection is not kept (§6.1)", () =>
    expectDone(
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      { close: true },
    ));

  test("nothing of one response is left for the next", () => {
    const parser = new ResponseParser();
    for (const [text, close] of [
      ["HTTP/1.0 404 No\r\nContent-Length: 1\r\n\r\n.", true],
      ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n.\r\n0\r\nA: b\r\n\r\n", false],
      ["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", true],
      ["HTTP/1.1 204 No Content\r\n\r\n", false],
    ] as const) {
      parser.next(false);
      parser.feed(latin1Bytes(text), 0);
      expect([parser.done, parser.close]).toEqual([true, close]);
    }
  });
});

describe("the lines of a head (§2.2, §5)", () => {
  const end = ["Content-Length: 0"];

  test("a bare LF may end a line (§2.2)", () => {
    expectDone("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
    expectDone("HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok");
  });

  test("a bare CR is invalid (§2.2)", () => {
    expectFault(answer(["X: a\rContent-Length: 5", ...end]), /CR or a NUL/);
    expectFault("HTTP/1.1 200 O\rK\r\n\r\n", /CR or a NUL/);
    expectFault(answer(["X: a\r", ...end]), /CR or a NUL/);
  });

  test("a NUL is invalid (RFC 9110 §5.5)", () => {
    expectFault(answer(["X: a\0b", ...end]), /CR or a NUL/);
    expectFault("HTTP/1.1 200 \0\n\n", /CR or a NUL/);
  });

  test("values may be empty or hold obs-text and colons", () =>
    expectDone(answer(["X:", "Y: \xe9\xff", "Z: a:b:c", "A::", ...end])));

  test("no blank before the colon (§5.1)", () => {
    expectFault(answer(["Content-Length : 5"]), /no name/);
    expectFault(answer(["Content-Length\t: 5"]), /no name/);
    expectFault(answer(["Bad Name: 5"]), /no name/);
  });

  test("a line needs a name and a colon (§5)", () => {
    expectFault(answer([": 5"]), /no name/);
    expectFault(answer(["no colon at all"]), /no name/);
    expectFault(answer(["nocolon"]), /no name/);
  });

  test("a folded value that frames nothing is read over (§5.2)", () => {
    expectDone(answer(["X: a", "  b", "\tContent-Length: 7", ...end]));
    expectDone(answer([...end, "X: a", " b"]));
  });

  test("a folded value that frames is a fault (§5.2)", () => {
    expectFault(answer(["Content-Length: 5", " 5"], "hello"), /begins with a blank/);
    expectFault(answer(["Transfer-Encoding:", " chunked"]), /not just chunked/);
    expectFault(answer(["Connection: x", " close", ...end]), /begins with a blank/);
  });

  test("a blank line that is not empty is not the end of a head (§2.2)", () => {
    expectFault(answer(["X: y", " ", ...end]), /folded line holds no text/);
    expectFault(answer([" X: y", ...end]), /begins with a blank/);
  });

  test("a head of any shape has one limit", () => {
    const room = MAX_HEAD_BYTES - answer(["X: ", ...end]).length;
    expectDone(answer([`X: ${"a".repeat(room)}`, ...end]));
    expectFault(answer([`X: ${"a".repeat(room + 1)}`, ...end]), /longer than 65536/);
    expectFault(answer(Array(10_000).fill("X: aaaa")), /longer than 65536/);
    expectFault(`HTTP/1.1 200 ${"O".repeat(MAX_HEAD_BYTES)}`, /longer than 65536/);
  });
});
