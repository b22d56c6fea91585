/** What is wrong with a configuration is told by its place, as it is written there. */
import { describe, expect, test } from "bun:test";
import { PlanRefusal } from "@nightjar/core/plan/plan-place.ts";
import { smpPlansOf } from "./plans-of-smp.ts";
import { smpConfigOf } from "./smp-of-plans.ts";

function refusalOf(act: () => unknown): PlanRefusal {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(PlanRefusal);
    return error as PlanRefusal;
  }
  throw new Error("not refused");
}

const URLS = { endpoint_urls: ["http://127.0.0.1:1/"] };
const of = (client: object, rest: object = {}) => ({ clients: [{ ...URLS, ...client }], ...rest });
const many = (count: number) => Array.from({ length: count }, (_, n) => [`l${n}`, "x"]);

describe("a configuration is refused", () => {
  test.each([
    [of({ connections: -1 }), "clients[0].connections: a whole number from 0 to 100000 is wanted"],
    [of({ connections: 2.5 }), "clients[0].connections: a whole number"],
    [of({ rps: 0.5 }), "clients[0].rps: a whole number from 0 to 10000000 is wanted, found 0.5"],
    [
      of({ rps: "12x" }),
      'clients[0].rps: a whole number from 0 to 10000000 is wanted, found "12x"',
    ],
    [of({ internal: "yes" }), 'clients[0].internal: true or false is wanted, found "yes"'],
    [of({ endpoint_urls: [] }), "clients[0].endpoint_urls: at least one URL is wanted"],
    [{ clients: [{ load_generator: "" }] }, "clients[0].endpoint_urls: at least one URL is wanted"],
    [{ clients: [{ loadGenerator: "" }] }, "clients[0].endpointUrls: at least one URL is wanted"],
    [{ clients: [{ rps: 1 }], smpVersion: "v0.0.1" }, "clients[0].endpointUrls: at least one"],
    [{ clients: [{ rps: 1 }, { contentType: "a" }] }, "clients[0].endpointUrls: at least one"],
    [{ clients: [{ rps: 1 }] }, "clients[0].endpoint_urls: at least one URL is wanted"],
    [of({ endpoint_urls: ["http://a/", "ftp://b/"] }), "clients[0].endpoint_urls[1]: http://"],
    [of({ endpoint_urls: ["http://u:p@a/"] }), "clients[0].endpoint_urls[0]: credentials"],
    [of({ headers: { "a b": "x" } }), 'clients[0].headers["a b"]: not a header name'],
    [of({ headers: { a: "玉" } }), "clients[0].headers.a: a header value holds"],
    [of({ headers: { Connection: "x" } }), 'clients[0].headers.Connection: "Connection" is set by'],
    [of({ headers: { a: 1 } }), "clients[0].headers.a: a text is wanted"],
    [of({ content_type: "a\nb" }), "clients[0].content_type: a header value holds"],
    [of({ cookies: { a: "x;y" } }), "clients[0].cookies.a: a cookie's value is Latin-1"],
    [of({ cookies: { "a=": "x" } }), 'clients[0].cookies["a="]: not the name of a cookie'],
    [of({ cookies: { a: "1" }, headers: { cookie: "b=2" } }), "clients[0].cookies: headers say"],
    [
      of({ contentType: "a/b", headers: { "CONTENT-TYPE": "c" } }),
      "clients[0].contentType: headers",
    ],
    [of({ ssl_certificate: "/etc/ca.pem" }), "clients[0].ssl_certificate: the text of a PEM"],
    [of({ protocol: "grpc" }), "clients[0].protocol: Nightjar does not speak grpc yet"],
    [of({ protocol: "https" }), 'unknown protocol "https" (did you mean "http"?)'],
    [of({ protocol: 9 }), "clients[0].protocol: unknown protocol 9"],
    [of({ loadGenerator: "nightjr" }), '"nightjr" (did you mean "nightjar"?)'],
    [of({ load_generator: "", loadGenerator: "" }), "it is given twice, as load_generator too"],
    [of({}, { duration: "0s" }), "duration: longer than zero, found 0s"],
    [of({}, { duration: "1 hour" }), "duration: not a duration"],
    [of({}, { name: "x".repeat(201) }), "name: at most 200 characters is wanted"],
    [of({}, { labels: { a: "x".repeat(201) } }), "labels.a: at most 200 characters"],
    [of({}, { labels: Object.fromEntries(many(51)) }), "labels: at most 50 labels"],
    [of({}, { labels: { a: 5 } }), "labels.a: a text is wanted, found 5"],
    [of({}, { smp_version: 1 }), "smp_version: a text is wanted, found 1"],
    [of({}, { mesh: 99 }), "mesh: unknown mesh 99"],
    [of({}, { mesh: { type: 3, kind: 4 } }), 'unknown key "kind" in mesh'],
    [of({}, { duraton: "1s" }), 'unknown key "duraton" (did you mean "duration"?)'],
    [{ test: of({}), msh: 3 }, "msh: beside test: stands mesh: alone (did you mean "],
    [{ test: of({ rps: -1 }) }, "test.clients[0].rps: "],
    [{ clients: [URLS, { ...URLS, rps: [] }] }, "clients[1].rps: a whole number"],
    [{ clients: {} }, "clients: a list is wanted, found {}"],
    [{ clients: [] }, "clients: at least one client is wanted"],
    [{ clients: ["x"] }, 'clients[0]: a map is wanted, found "x"'],
  ])("%#: %j", (document, message) => {
    expect(refusalOf(() => smpPlansOf(document)).message).toContain(message);
  });

  test("with the keys that are allowed in the case of the others", () => {
    const hints = [{ loadGenerator: "" }, { load_generator: "" }, { urls: 1 }].map(
      (client) => refusalOf(() => smpPlansOf({ clients: [{ url: [], ...client }] })).hint,
    );
    expect(hints.map((hint) => hint?.match(/endpoint\w+/)?.[0])).toEqual([
      ...["endpointUrls", "endpoint_urls", "endpoint_urls"],
    ]);
  });

  test("without telling what may be a secret", () => {
    for (const client of [{ headers: { "x-a": "s3cr\net" } }, { cookies: { a: "s3cr;et" } }]) {
      expect(refusalOf(() => smpPlansOf(of(client))).message).not.toContain("s3cr");
    }
  });
});

describe("additional options are refused", () => {
  test.each([
    ["--h2", 'of nightjar a JSON map of keys of a plan is allowed, like {"timeout": "2s"}, found'],
    ["[]", "of nightjar a JSON map"],
    ['{"duration": "5s"}', "duration is said by duration, and not in options"],
    ['{"load": {"rate": 5}}', "load.rate is said by rps, and not in options"],
    ['{"targets": [{"url": "http://a/"}]}', "targets.url is said by endpoint_urls"],
    ['{"targets": []}', "a map for each of the 1 endpoint URLs is wanted in targets, found []"],
    ['{"tmeout": "5s"}', 'unknown key "tmeout" (did you mean "timeout"?)'],
    ['{"timeout": "5x"}', "timeout: not a duration"],
    ['{"load": {"arrivals": "posson"}}', "load.arrivals: constant, poisson"],
    ['{"thresholds": ["p99 < "]}', "thresholds[0]: "],
  ])("%j", (text, message) => {
    const { path, message: said } = refusalOf(() => smpPlansOf(of({ additional_options: text })));
    expect(said).toStartWith(`clients[0].additional_options: `);
    expect(said).toContain(message);
    expect(path).toEqual(["clients", 0, "additional_options"]);
  });

  test("by names of the case in which they stand", () => {
    const classic = { additional_options: '{"generator": "nightjar"}', load_generator: "nightjar" };
    const current = { additionalOptions: classic.additional_options, loadGenerator: "nightjar" };
    const said = (client: object) => refusalOf(() => smpPlansOf(of(client))).message;
    expect(said(classic)).toContain("generator is said by load_generator,");
    expect(said(current)).toContain("generator is said by loadGenerator,");
  });

  test("where there are too many of another generator", () => {
    const client = { load_generator: "fortio", additional_options: "x".repeat(5000) };
    expect(refusalOf(() => smpPlansOf(of(client))).message).toContain("can be kept, found 5000");
  });
});

describe("a plan is refused that SMP cannot say", () => {
  const url = "http://127.0.0.1:1/";

  test.each([
    [[{ targets: [{ url }], load: { rate: 0.5 } }], "load.rate: SMP has whole numbers per second"],
    [[{ targets: [{ url: `${url}{{seq}}` }] }], "targets[0].url: SMP has no templates"],
    [[{ targets: [{ url, headers: { a: "{{uuid}}" } }] }], "targets[0].headers.a: SMP has no temp"],
    [[{ targets: [{ url, body: "{{uuid}}" }] }], "targets[0].body: SMP has no templates"],
    [[{ targets: [{ url }, { url, body: "x" }] }], "targets[1].body: an SMP client sends the same"],
    [[{ targets: [{ url }], labels: { "smp.foo": "" } }], 'labels["smp.foo"]: no such label'],
    [[{ targets: [{ url }], labels: { "smp.mesh": "isto" } }], 'unknown mesh "isto"'],
    [[{ targets: [{ url }], generator: "fortio", timeout: "1s" }], "timeout: SMP has no field for"],
    [[{ targets: [{ url }] }, { targets: [{ url }], name: "b" }], "name: clients of one SMP test"],
    [[{ targets: [{ url }] }, { targets: [{ url }], duration: "1m" }], "duration: clients of one"],
  ] as const)("%j", (documents, message) => {
    const plans = structuredClone(documents) as unknown as Parameters<typeof smpConfigOf>[0];
    expect(refusalOf(() => smpConfigOf(plans)).message).toContain(message);
  });
});
