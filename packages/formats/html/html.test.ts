import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { expectWellFormed, idsIn, textOf } from "@nightjar/testkit/whole-page.ts";
import fc from "fast-check";
import { oddResult } from "../fixtures/odd-results.ts";
import { SAMPLE_NAMES, type SampleName, sample } from "../fixtures/sample-results.ts";
import { htmlOf } from "./html.ts";
import { html, lines } from "./markup.ts";

const of = (name: SampleName): ResultDocument => sample(name, deflateSync);
const pageOf = (result: ResultDocument) => htmlOf(result, { inflate: inflateSync });

describe("any Result", () => {
  test("is one page that closes what it opens, and says no number that is none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const page = pageOf(oddResult(seed, deflateSync));
        expectWellFormed(page);
        expect(textOf(page)).not.toMatch(/NaN|undefined|\bInfinity|\bnull\b(?![,\s}\]])/);
        expect(page.length).toBeLessThan(1_000_000);
        const ids = idsIn(page);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 30 },
    );
  });

  test.each(SAMPLE_NAMES)("%s", (name) => {
    const page = pageOf(of(name));
    expectWellFormed(page);
    expect(page.length).toBeLessThan(300_000);
    expect(page).not.toMatch(/<(?:script|img|iframe|object|embed|form|a)\b/);
    expect(page.replace(/https:\/\/shop\.example/g, "")).not.toMatch(
      /\b(?:https?:)?\/\/\w|@import|url\(/,
    );
    expect(page).toContain("default-src 'none'");
  });
});

describe("what it says", () => {
  test("the verdict first, then its reasons, then the key numbers", () => {
    const text = textOf(pageOf(of("frozen")));
    const order = ["INCONCLUSIVE", "stood still for 1.40 s", "answered", "Thresholds", "Latency"];
    const places = order.map((word) => text.indexOf(word, text.indexOf("Load test")));
    expect(places.every((at) => at >= 0)).toBeTrue();
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test("all sections that a run has, and none without content", () => {
    const sections = (name: SampleName) =>
      [...pageOf(of(name)).matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(sections("parts")).toEqual([
      ...["verdict", "numbers", "thresholds", "latency", "course", "errors", "stages", "targets"],
      ...["backends", "headers", "probe", "words", "accounts", "health", "plan", "environment"],
      "reading",
    ]);
    expect(sections("one")).not.toContainAnyValues(["thresholds", "course", "stages", "targets"]);
  });

  test("unknown: of a lost worker, or counted by nobody", () => {
    const lost = "due while a worker was lost";
    expect(textOf(pageOf(of("lost")))).toContain(lost);
    const pass = of("pass");
    const accounting = pass.accounting as NonNullable<typeof pass.accounting>;
    const uncounted = { ...accounting, sent: 0, completed: 0, unknown: accounting.due };
    const text = textOf(pageOf({ ...pass, accounting: uncounted }));
    expect(text).toContain("due, and in none of the generator&#39;s own counts");
    expect(text).not.toContain(lost);
  });

  test("figures have a picture for the page and one for the phone", () => {
    const page = pageOf(of("fail"));
    const figures = ["spectrum", "histogram", "rates", "latencies", "errors-over-time"];
    for (const id of figures) {
      expect(page).toContain(`<figure id="${id}">`);
      for (const kind of ["page", "phone"]) expect(page).toContain(`id="${id}-${kind}-title"`);
    }
  });

  test("thresholds with their values; of a run that cannot be believed what they would be", () => {
    const failed = textOf(pageOf(of("fail")));
    expect(failed).toMatch(/p99 &lt; 5ms 16\.5 ms ✗ does not hold/);
    expect(failed).toMatch(/rate &gt;= 900\/s 998\/s ✓ holds/);
    expect(textOf(pageOf(of("frozen")))).toMatch(/p99 &lt; 50ms 32\.7 ms would hold/);
  });

  test("the errors with the first of each, and what to do", () => {
    const text = textOf(pageOf(of("fail")));
    expect(text).toMatch(/status-503 92 0\.92 % 70 ms HTTP\/1\.1 503 upstream connect error/);
    expect(text).toContain("look at its log");
  });

  test("errors without a kind are none that are not there", () => {
    const pass = of("pass");
    const saying = (populations: Partial<ResultDocument["populations"]>, rest: object = {}) => {
      const all = { ...pass.populations, ...populations };
      return textOf(pageOf({ ...pass, errors: {}, populations: all, ...rest }));
    };
    expect(saying({})).toContain("No exchange failed, and no answer was an error.");
    expect(saying({ error: 1 })).toContain("1 answer was an error; of what kind is not said.");
    expect(saying({ error: null })).toContain("How many answers were errors is not said.");
    expect(saying({ error: 2, unanswered: 31 }, { accounting: null })).toMatch(
      /2 answers were errors; of what kind is not said\. What .* its time was up\./,
    );
    expect(saying({ unanswered: 31 })).toMatch(/No answer was an error\. What .*: see Accounts\./);
    const unknown = saying({ error: 0, unanswered: null });
    expect(unknown).toContain("No answer was an error.");
    expect(unknown).not.toContain("No exchange failed");
  });

  test("no time of the first, where the generator does not know it", () => {
    const { errorSamples, ...result } = of("fail");
    expect(textOf(pageOf({ ...result, errorSamples }))).toContain("first at");
    const untimed = Object.entries(errorSamples).map(([kind, one]) => {
      return [kind, { ...one, atS: null }] as const;
    });
    const page = pageOf({ ...result, errorSamples: Object.fromEntries(untimed) });
    expect(textOf(page)).toContain("what it was");
    expect(textOf(page)).not.toMatch(/first at|the first\b.* after the start/);
  });

  test("the accounts, and that they are whole", () => {
    const text = textOf(pageOf(of("overload")));
    expect(text).toMatch(/due 10,000 100 %/);
    expect(text).toMatch(/unsent 2,776 27\.8 % no connection came free/);
    expect(text).toContain("100 %");
  });

  test("the same text for the same Result", () => {
    expect(pageOf(of("parts"))).toBe(pageOf(of("parts")));
  });

  test("a broken histogram is one error", () => {
    const broken = { ...of("pass"), histograms: { response: "!" } };
    expect(() => pageOf(broken)).toThrow(NightjarError);
  });
});

describe("what others wrote", () => {
  const HIDDEN = "\u202e\u0000\ud800";
  const HOSTILE = `"'><script>alert(1)</script><img src=//x.example onerror=a>&amp;${HIDDEN}`;

  /** Wherever a document has a text that nobody has looked at. */
  function withText(result: ResultDocument, text: string): ResultDocument {
    const { environment, generator, children, targets } = result;
    return {
      ...result,
      ...{ id: text, name: text, labels: { [text]: text } },
      plan: { ...result.plan, name: text, [text]: { [text]: [text] } },
      generator: { ...generator, name: text, version: text, faults: [text], warnings: [text] },
      children: children.map((child) => ({
        ...child,
        ...{ id: text, end: { outcome: "failed" as const, reason: text } },
        process: { command: [text, text], exitCode: 1, stdout: text, stderr: `${text}\n${text}` },
      })),
      errors: { [text]: 3 },
      errorSamples: { [text]: { count: 3, sample: text, atS: 1 } },
      statusCodes: { [text]: 3 },
      backends: { [text]: Object.values(result.backends)[0] },
      targets: targets.map((target) => ({ ...target, name: text, url: text, method: text })),
      recorded: { [text]: Object.values(result.recorded)[0] },
      thresholds: [{ expr: text, value: 1, ok: false }],
      stopped: { condition: text, atS: 1 },
      verdict: { outcome: "fail", reasons: [text] },
      environment: environment && { ...environment, host: text, os: text, cpu: text, bun: text },
      source: { format: text, tool: text, version: text, absent: [text], assumed: [text] },
    };
  }

  test("is text and nothing else, wherever it stands", () => {
    const page = pageOf(withText(of("parts"), HOSTILE));
    expectWellFormed(page);
    expect(page).not.toMatch(/<script|<img|onerror=a>/);
    for (const hidden of ["\u202e", "\u0000"]) expect(page).not.toContain(hidden);
    expect(page).toContain("&lt;script&gt;");
  });

  test("of any characters", () => {
    const texts = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(texts, (text) => expectWellFormed(pageOf(withText(of("parts"), text)))),
      { numRuns: 15 },
    );
  });

  test("may be a word that JavaScript knows", () => {
    for (const word of ["constructor", "valueOf", "__proto__"]) {
      expectWellFormed(pageOf(withText(of("parts"), word)));
    }
  });

  test("is cut where it is long, so that the page stays below a megabyte", () => {
    const long = "wide ".repeat(200_000);
    const result = withText(of("parts"), long);
    const many = <T>(value: T) => Array.from({ length: 100 }, () => value);
    const targets = many(result.targets[0]);
    const stages = many(result.stages[0]);
    const names = Array.from({ length: 1000 }, (_, at) => `${at}${long.slice(0, 5000)}`);
    const errors = Object.fromEntries(names.map((name) => [name, 1]));
    const backends = Object.fromEntries(
      names.map((name) => [name, Object.values(result.backends)[0]]),
    );
    const series = Array.from({ length: 3600 }, (_, at) => ({ ...result.series[2], atS: at }));
    const page = pageOf({ ...result, targets, stages, errors, backends, series });
    expect(page.length).toBeLessThan(1_000_000);
  });

  test("secrets in headers of a plan are redacted, whoever wrote it", () => {
    const headers = { Authorization: "Bearer s3cr3t", Cookie: "s3cr3t", Accept: "text/html" };
    const plan = {
      targets: [{ url: "http://a/", headers }],
      connection: { proxyHeaders: headers },
    };
    const page = pageOf({ ...of("pass"), plan });
    expect(page).not.toContain("s3cr3t");
    expect(page).toContain("[redacted]");
    expect(page).toContain("text/html");
  });
});

describe("templates", () => {
  test("escape what is put into them, and keep what is Markup", () => {
    expect(html`<b title="${'"<'}">${html`<i>${"&"}</i>`}${["a", "<"]}</b>`.text).toBe(
      '<b title="&quot;&lt;"><i>&amp;</i>a&lt;</b>',
    );
  });

  test("a number keeps its unit", () => {
    expect(html`${"5 ms of 10 s, 3 % and > 31"}`.text).toBe(
      "5\u00a0ms of 10\u00a0s, 3\u00a0% and &gt; 31",
    );
    expect(html`${"> 31 ms"}`.text).toBe("&gt;\u00a031\u00a0ms");
  });

  test("lines keep their indent", () => {
    expect(lines('{\n  "a": "<"\n}').text).toBe("{\n  &quot;a&quot;: &quot;&lt;&quot;\n}");
  });
});
