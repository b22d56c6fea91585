/** The requests of a plan: one for each target, in the form that the plan's connections need. */
import { expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { connectRequest } from "./connect-request.ts";
import { makeRequests } from "./request.ts";

function textsOf(document: PlanDocument, assets: Assets = {}, i = 0): string[] {
  return makeRequests({ plan: resolvePlan(document), assets }).map((request) => {
    request.render(i);
    return Buffer.from(request.bytes.slice(0, request.length)).toString();
  });
}

const HOST = "Host: a.example\r\nUser-Agent: nightjar\r\nAccept: */*\r\n";

test("each target has its own request, in the plan's order", () => {
  const targets = [
    { url: "http://a.example/{{seq}}" },
    { url: "http://a.example/", method: "POST", body: "text {{seq}}" },
    { url: "http://a.example/", method: "PUT", bodyFile: "b.bin" },
    { url: "http://a.example/", method: "HEAD", headers: { "x-a": "1" } },
  ];
  const assets = { "b.bin": new TextEncoder().encode("{{seq}}, as it is") };
  expect(textsOf({ targets }, assets, 12)).toEqual([
    `GET /12 HTTP/1.1\r\n${HOST}\r\n`,
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 7\r\n\r\ntext 12`,
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 17\r\n\r\n{{seq}}, as it is`,
    `HEAD / HTTP/1.1\r\n${HOST}x-a: 1\r\n\r\n`,
  ]);
  const heads = makeRequests({ plan: resolvePlan({ targets }), assets }).map(({ head }) => head);
  expect(heads).toEqual([false, false, false, true]);
});

test("a body of so many bytes is text of just so many", () => {
  for (const bodySize of [0, 1, 36, 1000]) {
    const [text] = textsOf({ targets: [{ url: "http://a.example/", method: "POST", bodySize }] });
    const [head, body] = text.split("\r\n\r\n");
    expect(head).toEndWith(`Content-Length: ${bodySize}`);
    expect(body).toMatch(/^[a-z0-9]*$/);
    expect(body).toHaveLength(bodySize);
  }
  const [none] = textsOf({ targets: [{ url: "http://a.example/", bodySize: 0 }] });
  expect(none).not.toContain("Content-Length");
});

test("without keep-alive each request says that it is the last", () => {
  const targets = [{ url: "http://a.example/" }, { url: "https://a.example/" }];
  for (const text of textsOf({ targets, connection: { keepAlive: false } })) {
    expect(text).toBe(`GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
  }
  for (const text of textsOf({ targets })) expect(text).not.toContain("Connection");
});

test("a proxy is told the whole URL, and its headers, where it reads the request", () => {
  const proxyHeaders = { "Proxy-Authorization": "{{env P}}", "user-agent": "proxied" };
  const targets = [{ url: "http://a.example:81/{{seq}}?x" }, { url: "https://a.example/{{seq}}" }];
  const connection = { proxy: "http://proxy.example:3128", proxyHeaders };
  const assets = { "env:P": new TextEncoder().encode("s3cret") };
  expect(textsOf({ targets, connection }, assets, 5)).toEqual([
    "GET http://a.example:81/5?x HTTP/1.1\r\nHost: a.example:81\r\nAccept: */*\r\n" +
      "Proxy-Authorization: s3cret\r\nuser-agent: proxied\r\n\r\n",
    `GET /5 HTTP/1.1\r\n${HOST}\r\n`,
  ]);
});

test("a tunnel is asked for with the headers for the proxy", () => {
  const connection = {
    proxy: "http://proxy.example:3128",
    proxyHeaders: { "proxy-authorization": "Basic {{env P}}" },
  };
  const plan = resolvePlan({ targets: [{ url: "https://a.example/" }], connection });
  const assets = { "env:P": new TextEncoder().encode("s3cret") };
  const request = connectRequest({ secure: true, host: "::1", port: 443 }, { plan, assets });
  expect(Buffer.from(request).toString()).toBe(
    "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n" +
      "proxy-authorization: Basic s3cret\r\n\r\n",
  );
});

test("a file that did not come is missed before the run", () => {
  const targets = [{ url: "http://a.example/", bodyFile: "b.bin" }];
  expect(() => textsOf({ targets })).toThrow('"b.bin" of the plan did not come with it');
});
