/** The bytes of a request, and what the parser of the test server makes of them. */
import { describe, expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { Target } from "@nightjar/core/plan/target-schema.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { RequestParser } from "@nightjar/origin/parser.ts";
import { Request } from "@nightjar/origin/request.ts";
import fc from "fast-check";
import { makeRequest, type RequestOptions } from "./request.ts";
import type { RequestTemplate } from "./request-template.ts";

const NUMBER = "X-Number";
const NOTHING = new Uint8Array(0);

function target(url: string, more: Partial<Target> = {}): Target {
  return { url, weight: 1, method: "GET", headers: {}, ...more };
}

const BODY = "body.bin";

/** With `body` as the file that the target's body is. */
function make(to: Target, body = NOTHING, more: Partial<RequestOptions> = {}): RequestTemplate {
  const file = body.length > 0 ? { bodyFile: BODY } : {};
  return makeRequest({ ...to, ...file }, { seed: 1, assets: { [BODY]: body }, ...more });
}

function bytesOf({ bytes, length }: RequestTemplate): Uint8Array {
  return bytes.slice(0, length);
}

function textOf(template: RequestTemplate): string {
  return Buffer.from(bytesOf(template)).toString("latin1");
}

/** The whole of the bytes is one well-formed head with that number and length. */
function parsed(bytes: Uint8Array, bodyBytes = 0): Request {
  const request = new Request();
  const end = new RequestParser(NUMBER).parse(Buffer.from(bytes), 0, request);
  expect(end).toBe(bytes.length - bodyBytes);
  expect(request.bodyBytes).toBe(bodyBytes);
  return request;
}

describe("a request", () => {
  test("is a request line, what the plan does not say, what it says, and an end", () => {
    const template = make(target("http://shop.example/cart?item=1#top"));
    expect(textOf(template)).toBe(
      "GET /cart?item=1 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: nightjar\r\n" +
        "Accept: */*\r\n\r\n",
    );
    parsed(template.bytes);
  });

  test("has the plan's headers in their order, instead of ours", () => {
    const headers = { "X-B": "2", host: "other:1", "x-a": "1", ACCEPT: "text/html", Empty: "" };
    const template = make(target("http://shop.example/", { headers }));
    expect(textOf(template)).toBe(
      "GET / HTTP/1.1\r\nUser-Agent: nightjar\r\nX-B: 2\r\nhost: other:1\r\nx-a: 1\r\n" +
        "ACCEPT: text/html\r\nEmpty: \r\n\r\n",
    );
    parsed(template.bytes);
  });

  test("to a forward proxy names the target in full, and has headers for the proxy", () => {
    const proxyHeaders = { "Proxy-Authorization": "Basic eDp5" };
    const form = { absolute: true, proxyHeaders, close: false };
    const url = "http://shop.example:8080/cart?item=1#top";
    const template = make(target(url, { headers: { a: "b" } }), NOTHING, { form });
    expect(textOf(template)).toBe(
      "GET http://shop.example:8080/cart?item=1 HTTP/1.1\r\nHost: shop.example:8080\r\n" +
        "User-Agent: nightjar\r\nAccept: */*\r\nProxy-Authorization: Basic eDp5\r\na: b\r\n\r\n",
    );
  });

  test("that is the only one of its connection says so", () => {
    const form = { absolute: false, proxyHeaders: {}, close: true };
    const template = make(target("http://a/", { method: "POST" }), NOTHING, {
      numberHeader: NUMBER,
      form,
    });
    expect(textOf(template)).toContain(
      "\r\nAccept: */*\r\nConnection: close\r\nContent-Length: 0\r\nX-Number: ",
    );
  });

  test.each([
    ["http://shop.example/", "shop.example"],
    ["http://shop.example:80/", "shop.example"],
    ["https://shop.example:443/", "shop.example"],
    ["http://shop.example:8080/", "shop.example:8080"],
    ["https://shop.example:80/", "shop.example:80"],
    ["http://127.0.0.1:9000/", "127.0.0.1:9000"],
    ["http://[::1]:9000/", "[::1]:9000"],
    ["http://[2001:DB8::1]/", "[2001:db8::1]"],
    ["http://bücher.example/", "xn--bcher-kva.example"],
  ])("to %s has the Host %s (RFC 9112 §3.2)", (url, host) => {
    expect(textOf(make(target(url)))).toContain(`\r\nHost: ${host}\r\n`);
  });

  test.each([
    ["http://a.example", "/"],
    ["http://a.example/a b?c d", "/a%20b?c%20d"],
    ["http://a.example/é", "/%C3%A9"],
    ["http://a.example/a/../b", "/b"],
    ["http://a.example/?", "/"],
  ])("to %s asks for %s", (url, path) => {
    const template = make(target(resolvePlan({ targets: [{ url }] }).targets[0].url));
    expect(textOf(template)).toStartWith(`GET ${path}`);
    parsed(template.bytes);
  });

  test("has values in latin1, byte for byte", () => {
    const headers = { "X-Name": "caf\xe9 \xff\t:;" };
    const { bytes } = make(target("http://a.example/", { headers }));
    expect(Buffer.from(bytes).toString("latin1")).toContain("X-Name: caf\xe9 \xff\t:;\r\n");
    parsed(bytes);
  });

  test.each(["POST", "PUT", "PATCH"])("%s without a body says so (RFC 9110 §8.6)", (method) => {
    const { bytes } = make(target("http://a.example/", { method }));
    expect(Buffer.from(bytes).toString()).toEndWith("\r\nContent-Length: 0\r\n\r\n");
    parsed(bytes);
  });

  test.each(["GET", "HEAD", "DELETE", "OPTIONS"])("%s without a body has no length", (method) => {
    const { bytes } = make(target("http://a.example/", { method }));
    expect(Buffer.from(bytes).toString()).not.toContain("Content-Length");
  });

  test.each(["GET", "POST", "DELETE"])("%s with a body has it whole after the head", (method) => {
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const template = make(target("http://a.example/", { method }), body, { numberHeader: NUMBER });
    const { bytes } = template;
    template.render(3);
    expect(bytes.slice(-256)).toEqual(body);
    expect(Buffer.from(bytes).toString("latin1")).toContain("\r\nContent-Length: 256\r\n");
    parsed(bytes, 256);
  });
});

describe("the number field", () => {
  const numbered = () => make(target("http://a.example/"), NOTHING, { numberHeader: NUMBER });

  test("is the last header, as wide as the largest number, in place", () => {
    const template = numbered();
    const { bytes } = template;
    const length = bytes.length;
    template.render(Number.MAX_SAFE_INTEGER);
    expect(textOf(template)).toEndWith("\r\nX-Number: 9007199254740991\r\n\r\n");
    template.render(0);
    expect(textOf(template)).toEndWith(`\r\nX-Number: ${" ".repeat(15)}0\r\n\r\n`);
    expect(template.bytes).toBe(bytes);
    expect(bytes).toHaveLength(length);
  });

  test("reads back as the number, whatever stood there before", () => {
    const template = numbered();
    fc.assert(
      fc.property(fc.maxSafeNat(), (i) => {
        template.render(i);
        const [, field] = /\r\nX-Number: ([ \d]{16})\r\n\r\n$/.exec(textOf(template)) ?? [];
        expect(field.trimStart()).toBe(String(i));
      }),
    );
    for (const i of [0, 9, 10, 99, 100, 999_999_999, 2 ** 31, 2 ** 32, 1e12, 1e15 - 1]) {
      template.render(i);
      expect(parsed(template.bytes).number).toBe(i);
    }
  });

  test("does not touch the body", () => {
    const body = new TextEncoder().encode("0123456789");
    const template = make(target("http://a.example/", { method: "PUT" }), body, {
      numberHeader: NUMBER,
    });
    template.render(2 ** 53 - 1);
    expect(textOf(template)).toEndWith("X-Number: 9007199254740991\r\n\r\n0123456789");
  });

  test("is nothing in a request without one", () => {
    const template = make(target("http://a.example/"));
    const before = template.bytes.slice();
    template.render(7);
    expect(template.bytes).toEqual(before);
  });
});

test("the test server reads one request after another", async () => {
  const origin = await startChildOrigin("--log", "--number-header", NUMBER);
  const body = new TextEncoder().encode("x".repeat(100));
  const template = make(target(origin.url, { method: "POST" }), body, { numberHeader: NUMBER });
  const numbers = [0, 1, 12, 4_294_967_296, 5];
  const pipelined = numbers.map((i) => {
    template.render(i);
    return template.bytes.slice();
  });
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: origin.port,
    socket: { data() {} },
  });
  socket.write(Buffer.concat(pipelined));
  for (let tries = 0; tries < 100; tries++) {
    if ((await readOriginLog(origin.url)).length === numbers.length) break;
    await Bun.sleep(10);
  }
  expect((await readOriginLog(origin.url)).map(({ number }) => number)).toEqual(numbers);
  socket.end();
  await origin.stop();
});
