/** What the origin says on the wire, byte for byte where it matters. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildOrigin, converse, exchange, get, startChildOrigin } from "./child-origin.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());

const OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nOK\n";
const LAST = get("/?size=0", "Connection: close");

function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));
}

describe("a connection", () => {
  test("stays open in HTTP/1.1 and takes requests cut anywhere", async () => {
    const request = get("/");
    for (const cut of [1, 5, 17, request.length - 2]) {
      const pieces = [request.slice(0, cut), request.slice(cut) + get("/"), LAST];
      const [text, verdict] = await exchange(origin.port, ...pieces);
      expect(text).toStartWith(OK + OK);
      expect(text).toContain("Content-Length: 0\r\nConnection: close\r\n\r\n");
      expect(verdict).toBe("end");
    }
  });

  test("takes a head byte by byte", async () => {
    const [text] = await exchange(origin.port, ...get("/", "Connection: close"));
    expect(statuses(text)).toEqual([200]);
  });

  test("closes after an HTTP/1.0 request that does not ask to keep it", async () => {
    const keep = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    const [text, verdict] = await exchange(origin.port, keep, "GET / HTTP/1.0\r\n\r\n");
    expect(text.match(/Connection: [\w-]+/g)).toEqual([
      "Connection: keep-alive",
      "Connection: close",
    ]);
    expect(verdict).toBe("end");
  });

  test("closes after its Nth answer, and tells so in that answer alone", async () => {
    const [text] = await exchange(origin.port, get("/?close=3").repeat(5));
    expect(statuses(text)).toEqual([200, 200, 200]);
    expect(text.lastIndexOf("HTTP/1.1")).toBeLessThan(text.indexOf("Connection: close"));
  });

  test("that the client shuts down still gets its delayed answer", async () => {
    const conversation = converse(origin.port, get("/?delay=30ms"));
    conversation.socket.on("connect", () => conversation.socket.end());
    expect(await conversation.over).toBe("end");
    expect(conversation.text()).toBe(OK);
  });

  test("answers pipelined requests in their order, whatever their delays", async () => {
    const requests = ["delay=40ms&status=201", "status=404", "delay=5ms&status=503", "status=202"];
    const [text] = await exchange(
      origin.port,
      requests.map((behaviour) => get(`/?${behaviour}`)).join("") + LAST,
    );
    expect(statuses(text)).toEqual([201, 404, 503, 202, 200]);
  });

  test("answers very many pipelined requests", async () => {
    const many = get("/?size=1000").repeat(5000);
    const [text] = await exchange(origin.port, get("/?delay=20ms") + many + LAST);
    expect(statuses(text).length).toBe(5002);
  });
});

describe("an answer", () => {
  test("to HEAD has the head of a GET and no body", async () => {
    const head = get("/?size=1024").replace("GET", "HEAD");
    const [text] = await exchange(origin.port, head + LAST);
    expect(text.split("\r\n\r\n")[0]).toContain("Content-Length: 1024");
    expect(text.split("\r\n\r\n")[1]).toStartWith("HTTP/1.1 200 OK");
  });

  test("of status 204 has neither body nor length", async () => {
    const [text] = await exchange(origin.port, get("/?status=204&size=9") + LAST);
    expect(text.split("\r\n\r\n")[0]).not.toContain("Content-Length");
    expect(text.split("\r\n\r\n")[1]).toStartWith("HTTP/1.1 200 OK");
  });

  test("may come in a few chunks", async () => {
    const [text] = await exchange(origin.port, get("/?chunked=1&size=10") + LAST);
    const chunks = `${"3\r\nxxx\r\n".repeat(3)}1\r\nx\r\n0\r\n\r\n`;
    expect(text).toContain(`Transfer-Encoding: chunked\r\n\r\n${chunks}HTTP/1.1 200`);
  });

  test("is not chunked for HTTP/1.0", async () => {
    const [text] = await exchange(origin.port, "GET /?chunked=1&size=10 HTTP/1.0\r\n\r\n");
    expect(text).toEndWith("Connection: close\r\n\r\nxxxxxxxxxx");
    expect(text).not.toContain("chunked");
  });

  test("may end with the connection", async () => {
    const [text] = await exchange(origin.port, get("/?untilclose=1&size=10"));
    expect(text).toEndWith("Connection: close\r\n\r\nxxxxxxxxxx");
    expect(text).not.toContain("Content-Length");
  });

  test("may come after an interim one", async () => {
    const [text] = await exchange(origin.port, get("/?interim=1&delay=5ms") + LAST);
    expect(statuses(text)).toEqual([100, 200, 200]);
  });

  test("of many megabytes is whole for a slow reader", async () => {
    const conversation = converse(origin.port, get("/?size=16777216", "Connection: close"));
    conversation.socket.pause();
    setTimeout(() => conversation.socket.resume(), 50);
    await conversation.over;
    expect(conversation.text().split("\r\n\r\n")[1].length).toBe(16777216);
  });

  test("is understood by fetch", async () => {
    const response = await fetch(`${origin.url}/?chunked=1&size=100000&status=503`);
    expect([response.status, (await response.text()).length]).toEqual([503, 100_000]);
  });
});

describe("a request", () => {
  test("may name its behaviour in a header, which wins", async () => {
    const named = get("/?status=404", "X-Nightjar-Behaviour: status=202");
    const emptied = get("/?q=tea", "X-Nightjar-Behaviour:");
    const [text] = await exchange(origin.port, named + emptied + LAST);
    expect(statuses(text)).toEqual([202, 200, 200]);
  });

  test("with a bad behaviour gets 400 with a sentence and keeps its connection", async () => {
    const [text] = await exchange(origin.port, get("/?q=tea") + LAST);
    expect(statuses(text)).toEqual([400, 200]);
    expect(text).toContain('"q" is not a behaviour; known are delay,');
  });

  test("may have a body of known length, which is thrown away", async () => {
    const body = "GET / HTTP/1.1\r\nHost: y\r\n\r\n";
    const post = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const [text] = await exchange(origin.port, post.slice(0, 70), post.slice(70) + LAST);
    expect(statuses(text)).toEqual([200, 200]);
  });

  test("may have a chunked body", async () => {
    const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n";
    const [text] = await exchange(origin.port, head, "3\r\nab", "c\r\n0\r", `\n\r\n${LAST}`);
    expect(statuses(text)).toEqual([200, 200]);
  });

  test("that expects 100-continue is told to continue", async () => {
    const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    const conversation = converse(origin.port, head);
    expect(await conversation.until(/\r\n\r\n/)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    conversation.socket.write(`abc${LAST}`);
    await conversation.over;
    expect(statuses(conversation.text())).toEqual([100, 200, 200]);
  });

  test("of a megabyte from fetch is read", async () => {
    const response = await fetch(origin.url, { method: "PUT", body: "x".repeat(1 << 20) });
    expect(await response.text()).toBe("OK\n");
  });

  test("that is malformed gets 400 and the end, after the answers before it", async () => {
    const [text, verdict] = await exchange(
      origin.port,
      `${get("/?delay=10ms")}bad\r\n\r\n${get("/")}`,
    );
    expect(statuses(text)).toEqual([200, 400]);
    expect(text).toContain("The request line");
    expect(verdict).toBe("end");
  });

  test("that is malformed gets its 400 even while it is still being sent", async () => {
    const post = "POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n";
    const [text, verdict] = await exchange(origin.port, post + "x".repeat(3_000_000));
    expect([statuses(text), verdict]).toEqual([[400], "end"]);
  });

  test("with a broken body gets 400 and the end", async () => {
    const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    expect(statuses((await exchange(origin.port, `${head}zz\r\n`))[0])).toEqual([400]);
  });

  test("with a head too long gets 431, in one piece or in many", async () => {
    const long = get("/", ...Array.from({ length: 70 }, () => `A: ${"x".repeat(1000)}`));
    const [whole] = await exchange(origin.port, long);
    const [cut] = await exchange(origin.port, long.slice(0, 30_000), long.slice(30_000, 69_000));
    expect([...statuses(whole), ...statuses(cut)]).toEqual([431, 431]);
  });
});
