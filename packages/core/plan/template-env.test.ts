import { expect, test } from "bun:test";
import { resolvePlan } from "./plan.ts";
import { envFault, envUsesOf, isEnvAlone } from "./template-env.ts";

test("a value may stand in a body as it is, and elsewhere without line breaks", () => {
  for (const value of ["a\nb", "a\rb", "x\r\ny: z"]) {
    expect(envFault(value, "body")).toBeUndefined();
    expect(envFault(value, "header")).toContain("a line break");
    expect(envFault(value, "url")).toContain("a line break");
  }
  for (const value of ["", "plain", "caf\xe9\t"]) {
    expect(envFault(value, "header")).toBeUndefined();
  }
  for (const value of ["a\0b", "a\x7fb", "€"]) {
    expect(envFault(value, "header")).toBe("holds characters that no header may have");
    expect(envFault(value, "url")).toBeUndefined();
  }
  expect(envFault("x".repeat(16_385), "header")).toContain("more than 16384 characters");
});

test("each use has its place", () => {
  const targets = [
    { url: "http://a/{{env A}}{{seq}}" },
    { url: "http://a/", headers: { "x-b": "{{env B}}" }, body: "{{env C}}{{uuid}}{{env A}}" },
  ];
  const connection = { proxy: "http://p:1", proxyHeaders: { "x-p": "{{env P}}" } };
  const uses = envUsesOf(resolvePlan({ targets, connection }));
  expect(uses.map(({ name, part, path }) => [name, part, path.join(".")])).toEqual([
    ["A", "url", "targets.0.url"],
    ["B", "header", "targets.1.headers.x-b"],
    ["C", "body", "targets.1.body"],
    ["A", "body", "targets.1.body"],
    ["P", "header", "connection.proxyHeaders.x-p"],
  ]);
});

test("a text of one variable and nothing else says nothing of its value", () => {
  expect(["{{env A}}", "{{ env\tA_1 }}"].map(isEnvAlone)).toEqual([true, true]);
  const others = ["", "{{env A}}b", " {{env A}}", "{{env A}}{{env B}}", "{{{{env A}}", "{{seq}}"];
  expect(others.filter(isEnvAlone)).toEqual([]);
});
