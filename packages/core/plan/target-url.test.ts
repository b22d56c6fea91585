import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseTargetUrl } from "./target-url.ts";

function normal(url: string): string {
  return parseTargetUrl(url, ["targets", 0, "url"]).text;
}

describe("a URL keeps its templates, and the rest is in its normal form", () => {
  test.each([
    ["http://A.example:80/{{seq}}", "http://a.example/{{seq}}"],
    ["http://a/{{seq}}#{{uuid}}", "http://a/{{seq}}"],
    ["http://a?q={{ randInt 1 9 }}&r=ü", "http://a/?q={{ randInt 1 9 }}&r=%C3%BC"],
    ["http://a/é {{uuid}}/{{uuid}} b", "http://a/%C3%A9%20{{uuid}}/{{uuid}}%20b"],
    ["http://a/{{seq}}/../b", "http://a/b"],
    ["http://a/x/../{{seq}}", "http://a/{{seq}}"],
    ["http://a\\{{seq}}", "http://a/{{seq}}"],
    ["http://a/{{{{x", "http://a/%7B%7Bx"],
    ["http://a/?{{{{x", "http://a/?{{{{x"],
    ["http://a/zq0z{{seq}}zzq9z?zq", "http://a/zq0z{{seq}}zzq9z?zq"],
    ["http://[::1]:9/{{env A}}{{env A}}", "http://[::1]:9/{{env A}}{{env A}}"],
    ["http://a/?a={\t{{{{\n}", "http://a/?a={{{{{}"],
  ])("%s", (written, text) => {
    expect(normal(written)).toBe(text);
    expect(normal(text)).toBe(text);
  });
});

test("scheme, host and port are told apart from what follows them", () => {
  const { authority, segments } = parseTargetUrl("HTTPS://a:444/x{{seq}}?y", []);
  expect(authority.origin).toBe("https://a:444");
  expect(segments.map((one) => (typeof one === "string" ? one : one.source))).toEqual([
    "/x",
    "{{seq}}",
    "?y",
  ]);
});

describe("a template is refused where no exchange may differ", () => {
  test.each([
    ["{{env S}}://a/", "column 1: {{env S}} stands"],
    ["ht{{seq}}tp://a/", "column 3: {{seq}} stands"],
    ["http://{{env H}}/", "column 8: {{env H}} stands"],
    ["http://a.{{uuid}}.example", "column 10: {{uuid}} stands"],
    ["http://a:{{randInt 1 2}}/", "column 10: {{randInt 1 2}} stands"],
    ["http://me:{{env P}}@a/", "column 11: {{env P}} stands"],
    ["http:////{{seq}}/x", "column 10: {{seq}} stands"],
    ["http://a/{{uid}}", 'column 10: "uid" is no template (did you mean "uuid"?)'],
  ])("%s", (url, message) => {
    expect(() => parseTargetUrl(url, ["targets", 3, "url"])).toThrow(`targets[3].url: ${message}`);
  });
});

test("what stands between templates is read as it would be without them", () => {
  const text = fc.string({ unit: fc.constantFrom(..."aé%7Bz/.q0?&= {}'\"<>\\^`|~") });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const url = `http://a/${before}x{{seq}}x${after}`;
      fc.pre(!before.includes("{{") && !after.includes("{{"));
      const plain = new URL(url.replace("{{seq}}", "SEQ"));
      const origin = plain.origin + plain.pathname + plain.search;
      const { text: found } = parseTargetUrl(url, []);
      expect(found.replace("{{seq}}", "SEQ")).toBe(origin);
      expect(normal(found)).toBe(found);
    }),
  );
});
