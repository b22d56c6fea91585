/** Bodies in chunks, by the sections of RFC 9112. */
import { describe, test } from "bun:test";
import { answer, expectDone, expectFault, expectWaiting } from "./response-reading.ts";

describe("chunks (§7.1)", () => {
  const chunked = (body: string) => answer(["Transfer-Encoding: chunked"], body);

  test("sizes are hexadecimal, in either case, with zeros before", () => {
    expectDone(chunked(`a\r\n0123456789\r\nA\r\n0123456789\r\n0000\r\n\r\n`));
    expectDone(chunked(`1a\r\n${"x".repeat(26)}\r\n0\r\n\r\n`));
  });

  test("extensions are read over (§7.1.1)", () => {
    expectDone(chunked('2;a=b\r\nok\r\n0;last;x="y"\r\n\r\n'));
    expectDone(chunked("2 \t;a\r\nok\r\n0\r\n\r\n"));
    expectDone(chunked("2 \r\nok\r\n0\r\n\r\n"));
  });

  test("trailers are read over, and say nothing about framing (§7.1.2)", () => {
    expectDone(chunked("0\r\nContent-Length: 9\r\nConnection: close\r\nX: a\r\n b\r\n\r\n"));
  });

  test("trailers have the form of headers", () => {
    expectFault(chunked("0\r\nno colon\r\n\r\n"), /no name/);
    expectFault(chunked("0\r\n X: y\r\n\r\n"), /begins with a blank/);
    expectFault(chunked(`0\r\n${"X: aaaa\r\n".repeat(10_000)}`), /longer than 65536/);
  });

  test.each(["", "x", "-1", "+1", "0x1", " 1", "1 1", "g"])("the size %j is none", (size) =>
    expectFault(chunked(`${size}\r\n`), /not a hexadecimal number/),
  );

  test("a size that no integer holds is a fault", () =>
    expectFault(chunked(`${"f".repeat(14)}\r\n`), /too long/));

  test("a huge chunk is waited for", () => expectWaiting(chunked(`${"f".repeat(13)}\r\nabc`)));

  test("a chunk's lines end with CRLF alone", () => {
    expectFault(chunked("2\nok\r\n0\r\n\r\n"), /does not end with CRLF/);
    expectFault(chunked("2;a\nok\r\n0\r\n\r\n"), /does not end with CRLF/);
    expectFault(chunked("2\rok\r\n0\r\n\r\n"), /does not end with CRLF/);
    expectFault(chunked("2;a\rb\r\nok"), /does not end with CRLF/);
  });

  test("the data is as long as its size says", () => {
    for (const body of ["2\r\nokay\r\n", "2\r\nok\n", "2\r\nok0\r\n", "2\r\nok\r0"])
      expectFault(chunked(body), /does not end where its size says/);
    expectWaiting(chunked("5\r\nok\r\n"));
  });

  test("an endless extension is a fault", () => {
    expectFault(chunked(`2;${"a".repeat(9000)}`), /extension is too long/);
    expectFault(chunked(`2${" ".repeat(9000)}`), /not a hexadecimal number/);
  });

  test.each([
    "gzip",
    "gzip, chunked",
    "chunked, chunked",
    "chunked, identity",
    "identity",
    "xchunked",
    "chunked;q=1",
    "",
  ])("the transfer coding %j is not one we asked for (§6.1)", (coding) =>
    expectFault(answer([`Transfer-Encoding: ${coding}`]), /not just chunked/),
  );

  test("twice chunked is a fault (§6.1)", () =>
    expectFault(answer(Array(2).fill("Transfer-Encoding: chunked")), /not just chunked/));
});
