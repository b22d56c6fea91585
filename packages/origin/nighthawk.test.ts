/** `x-nighthawk-test-server-config`: what Nighthawk's own test server would answer. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type ChildOrigin, exchange, get, startChildOrigin } from "./child-origin.ts";
import { NighthawkConfigError, parseNighthawkConfig } from "./nighthawk-config.ts";
import { parseRelaxedJson, RelaxedJsonError } from "./relaxed-json.ts";

const HEADER = "x-nighthawk-test-server-config";
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());

async function ask(...configs: string[]): Promise<{ head: string; body: string }> {
  const headers = configs.map((config) => `${HEADER}: ${config}`);
  const request = get("/p?x=1", ...headers, "X-Mine: 7", "Connection: close");
  const [text] = await exchange(origin.port, request);
  const [head, body] = text.split("\r\n\r\n");
  return { head, body };
}

describe("an answer", () => {
  test("has a body of so many letters, and a type where it has a body", async () => {
    const { head, body } = await ask('{"response_body_size":10}');
    expect(head).toBe(
      "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 10\r\nConnection: close",
    );
    expect(body).toBe("aaaaaaaaaa");
    expect((await ask("{}")).head).toBe(
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close",
    );
  });

  test("has headers, which replace others of their name or stand beside them", async () => {
    const list = [
      '{header:{key:"X-A",value:"1"}}',
      '{header:{key:"x-b",value:"1"}}',
      '{header:{key:"x-b",value:"2"},append:true}',
      '{header:{key:"x-a",value:"2"},append:false}',
    ];
    for (const field of ["v3_response_headers", "response_headers", "v3ResponseHeaders"]) {
      const { head } = await ask(`{${field}:[${list}]}`);
      expect(head).toStartWith("HTTP/1.1 200 OK\r\nx-b: 1\r\nx-b: 2\r\nx-a: 2\r\n");
    }
  });

  test("echoes the headers of a request without a body", async () => {
    const config = "{response_body_size:2,echo_request_headers:true}";
    const { body } = await ask(config);
    expect(body).toStartWith(
      "aa\nRequest Headers:\n':authority', 'x'\n':path', '/p?x=1'\n':method', 'GET'\n",
    );
    expect(body).toContain("'x-mine', '7'\n");
    const posted = `POST / HTTP/1.1\r\nHost: x\r\n${HEADER}: ${config}\r\nContent-Length: 3\r\n`;
    const [text] = await exchange(origin.port, `${posted}Connection: close\r\n\r\nabc`);
    expect(text).toEndWith("\r\n\r\naa");
  });

  test("comes after a delay, and not before", async () => {
    for (const delay of ['"0.05s"', "{seconds:0,nanos:50000000}"]) {
      const startMs = performance.now();
      expect((await ask(`{static_delay:${delay}}`)).head).toContain("200 OK");
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(50);
    }
  });

  test("comes the later, the more are on their way", async () => {
    const config =
      '{concurrency_based_linear_delay:{minimal_delay:"0.02s",concurrency_delay_factor:"0.03s"}}';
    const startMs = performance.now();
    const times = [1, 2, 3].map(async () => {
      await ask(config);
      return performance.now() - startMs;
    });
    const [first, second, third] = (await Promise.all(times)).sort((a, b) => a - b);
    expect(first).toBeGreaterThanOrEqual(50);
    expect(second).toBeGreaterThanOrEqual(80);
    expect(third).toBeGreaterThanOrEqual(110);
  });

  test("tells how long the request before is ago, but for the first", async () => {
    const fresh = await startChildOrigin();
    const header = `${HEADER}: {emit_previous_request_delta_in_response_header:"x-ago"}`;
    try {
      const requests = [get("/", header), get("/"), get("/", header, "Connection: close")];
      const startNs = performance.now() * 1e6;
      const [text] = await exchange(fresh.port, ...requests);
      const spentNs = performance.now() * 1e6 - startNs;
      const [first, , third] = text.split("HTTP/1.1 ").slice(1);
      expect(first).not.toContain("x-ago");
      const agoNs = Number(/x-ago: (\d+)\r/.exec(third)?.[1]);
      expect(agoNs).toBeGreaterThanOrEqual(0);
      expect(agoNs).toBeLessThan(spentNs);
    } finally {
      await fresh.stop();
    }
  });
});

const TRACKING = "time-tracking didn't understand the request: Error extracting json config: ";
const SERVER = "test-server didn't understand the request: Error merging json config: ";

describe("a request that is not understood gets 500 and the reason", () => {
  test.each([
    ["{", `${TRACKING}the name of a member is expected at character 2`],
    ["{response_body_size:}", `${TRACKING}a value is expected at character 21`],
    ["[]", `${TRACKING}the options: a map is wanted`],
    ["{respnse_body_size:1}", `${TRACKING}the options: there is no field "respnse_body_size"`],
    ['{static_delay:"1"}', `${TRACKING}static_delay: a duration like "0.5s" is wanted`],
    ["{response_body_size:4194305}", `${SERVER}response_body_size: value must be less than`],
    ['{static_delay:"-1s"}', `${SERVER}static_delay: value must be greater than or equal to 0s`],
    [
      '{response_headers:[{header:{key:"content-length",value:"1"}}]}',
      `${SERVER}header: "content-length" frames the answer`,
    ],
    ["{response_headers:[],v3_response_headers:[]}", `${SERVER}response_headers and v3_`],
  ])("%s", async (config, sentence) => {
    const { head, body } = await ask(config);
    expect(head).toStartWith("HTTP/1.1 500 Internal Server Error\r\n");
    expect(body).toStartWith(sentence);
  });

  test("two of them", async () => {
    const { head, body } = await ask("{}", "{}");
    expect(head).toContain("500");
    expect(body).toContain("Received multiple configuration headers in the request");
  });

  test("the next request on the connection is a new one", async () => {
    const bad = get("/", `${HEADER}: {`);
    const [text] = await exchange(origin.port, bad, get("/?size=0", "Connection: close"));
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      "500",
      "200",
    ]);
  });
});

test("whatever is JSON is read as JSON is", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      if (text.includes("__proto__")) return;
      expect(JSON.stringify(parseRelaxedJson(text))).toBe(text);
    }),
  );
});

test("whatever stands there, it is understood or refused in one sentence", () => {
  const pieces = ["{", "}", "[", "]", ":", ",", '"', "'", "\\", " ", "1", "-", "e9", "true"];
  const names = ["response_body_size", "static_delay", "header", "v3_response_headers", '"1s"'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces, ...names)), (words) => {
      try {
        parseNighthawkConfig(words.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(NighthawkConfigError);
        expect((error as Error).message).not.toContain("\n");
      }
    }),
    { numRuns: 2000 },
  );
  expect(() => parseRelaxedJson("[".repeat(100))).toThrow(RelaxedJsonError);
});
