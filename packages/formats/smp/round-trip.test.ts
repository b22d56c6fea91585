/** SMP → plans → SMP, and plans → SMP → plans: nothing is lost on the way. */
import { describe, expect, test } from "bun:test";
import { GENERATOR_NAMES } from "@nightjar/core/plan/generator-name.ts";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import fc from "fast-check";
import { SMP_CONFIGS } from "./fixtures/smp-configs.ts";
import { smpPlansOf } from "./plans-of-smp.ts";
import { smpDocumentOf } from "./print-config.ts";
import { readSmpConfig } from "./read-config.ts";
import { SMP_PROTOCOLS, type SmpClient, type SmpConfig } from "./smp-config.ts";
import { MESHES } from "./smp-mesh.ts";
import { smpConfigOf } from "./smp-of-plans.ts";

/** Unicode, braces that look like templates, line breaks. */
const word = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("{{seq}}", "{{{", "a\nb", "nightjar", "玉露", "{{{{"),
);
const labelName = fc
  .oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), fc.constant("smp.id"))
  .filter((name) => name !== "__proto__" && !/\p{Cc}/u.test(name));
const labels = fc.dictionary(labelName, word, { maxKeys: 4 });

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/);
const latin = fc.stringMatching(/^[!-:<-~\u00a0-\u00ff]{0,12}$/);
const ownHeader = fc.constantFrom("Content-Type", "content-type", "Cookie", "cookie");
const headerName = fc.oneof({ weight: 5, arbitrary: token }, { weight: 1, arbitrary: ownHeader });
const isFraming = (name: string) => /^(content-length|transfer-encoding|connection)$/i.test(name);
const headers = fc
  .dictionary(headerName, latin, { maxKeys: 4 })
  .filter((map) => !Object.keys(map).some(isFraming));

const url = fc
  .tuple(
    fc.constantFrom("http://127.0.0.1:8080", "https://shop.example", "http://[::1]/"),
    fc.constantFrom("", "/", "/a/../b", "/tea?q=grün&p={{x}}", "/{{{{"),
  )
  .map((parts) => parts.join(""));

const planOptions = fc.record(
  {
    timeout: fc.constantFrom("2s", "500ms"),
    warmup: fc.constant("5s"),
    thresholds: fc.constant(["p99 < 50ms", "errors < 1%"]),
    seed: fc.nat(1000),
    checks: fc.record({ body: fc.constant(["contains:tea"]) }),
    load: fc.record({ maxBacklog: fc.nat(5000) }),
  },
  { requiredKeys: [] },
);

function saysTwice(client: SmpClient): boolean {
  const names = Object.keys(client.headers).map((name) => name.toLowerCase());
  const isTwice = new Set(names).size < names.length;
  const hasCookies = Object.keys(client.cookies).length > 0;
  return (
    isTwice ||
    (names.includes("cookie") && hasCookies) ||
    (names.includes("content-type") && client.contentType !== "")
  );
}

/** Where nothing speaks TLS, a certificate is refused. */
function withUsefulCertificate(client: SmpClient): SmpClient {
  const isSecure = client.endpointUrls.some((one) => one.startsWith("https:"));
  return isSecure ? client : { ...client, sslCertificate: "" };
}

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

const options = (loadGenerator: SmpClient["loadGenerator"]): fc.Arbitrary<string> =>
  loadGenerator === "" || loadGenerator === "nightjar"
    ? planOptions.map((map) => (Object.keys(map).length === 0 ? "" : JSON.stringify(map)))
    : fc.string({ unit: "grapheme", maxLength: 700 });

const client: fc.Arbitrary<SmpClient> = fc
  .constantFrom("" as const, ...GENERATOR_NAMES)
  .chain((loadGenerator) =>
    fc.record({
      internal: fc.boolean(),
      loadGenerator: fc.constant(loadGenerator),
      protocol: fc.constantFrom("" as const, SMP_PROTOCOLS[0]),
      connections: fc.nat(1000),
      rps: fc.nat(100_000),
      headers,
      cookies: fc.dictionary(token, latin, { maxKeys: 3 }),
      body: word,
      contentType: fc.constantFrom("", "text/plain; charset=utf-8", "a/{{b}}"),
      endpointUrls: fc.array(url, { minLength: 1, maxLength: 4 }),
      sslCertificate: fc.constantFrom("", PEM),
      additionalOptions: options(loadGenerator),
    }),
  )
  .map(withUsefulCertificate)
  .filter((one) => !saysTwice(one));

const mesh = fc.record({
  type: fc.constantFrom("" as const, ...MESHES.map(({ name }) => name)),
  version: fc.constantFrom("", "1.31.0"),
  labels,
  annotations: labels,
});

const anyConfig: fc.Arbitrary<SmpConfig> = fc.record({
  smpVersion: fc.constantFrom("", "v0.0.1", "v0.3.4"),
  id: word,
  name: word,
  labels,
  clients: fc.array(client, { minLength: 1, maxLength: 3 }),
  duration: fc.constantFrom("", "30m", "90s", "1h0m5s", "1.5s"),
  mesh,
});

const seed = Number(process.env.NIGHTJAR_SEED ?? fc.sample(fc.nat(), 1)[0]);

function plansOf(config: SmpConfig) {
  return smpPlansOf(smpDocumentOf(config, "classic").document);
}

/** Options for Nightjar are JSON, whose keys may stand in any order. */
function readable({ clients, ...config }: SmpConfig) {
  const readOptions = ({ loadGenerator, additionalOptions, ...client }: SmpClient) => {
    const isOurs = loadGenerator === "" || loadGenerator === "nightjar";
    const options = isOurs && additionalOptions !== "" ? JSON.parse(additionalOptions) : "";
    return { ...client, loadGenerator, options: isOurs ? options : additionalOptions };
  };
  return { ...config, clients: clients.map(readOptions) };
}

describe("SMP → plans → SMP", () => {
  test("whatever the schema allows is the same again, field by field", () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        const documents = plansOf(config).clients.map(({ document }) => document);
        expect(readable(smpConfigOf(documents))).toEqual(readable(config));
      }),
      { seed, numRuns: 300 },
    );
  });

  test("by way of resolved plans it means the same", () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        const { clients } = plansOf(config);
        const again = plansOf(smpConfigOf(clients.map(({ plan }) => plan)));
        const withoutAbsent = ({ labels, ...plan }: (typeof clients)[number]["plan"]) => {
          const { "smp.absent": _, ...others } = labels;
          return { ...plan, labels: others };
        };
        const plans = (of: typeof clients) => of.map(({ plan }) => withoutAbsent(plan));
        expect(plans(again.clients)).toEqual(plans(clients));
      }),
      { seed, numRuns: 50 },
    );
  });

  test.each(Object.keys(SMP_CONFIGS))("%s, written in both shapes", (name) => {
    const config = readSmpConfig(SMP_CONFIGS[name]);
    for (const shape of ["classic", "current"] as const) {
      const { document, left } = smpDocumentOf(config, shape);
      expect(left).toEqual([]);
      expect(readSmpConfig(document)).toEqual(config);
      expect(readSmpConfig(JSON.parse(JSON.stringify(document)))).toEqual(config);
    }
  });

  test("what the current shape has no place for is told", () => {
    const mesh = { type: 3, version: "1.31", labels: { a: "b" } };
    const config = readSmpConfig({ ...SMP_CONFIGS.BARE, mesh });
    expect(smpDocumentOf(config, "current").left).toEqual(["mesh.version", "mesh.labels"]);
    expect(smpDocumentOf(config, "classic").document.mesh).toEqual(mesh);
  });
});

const URL_OF_NOBODY = "http://127.0.0.1:1/";

const PLANS: readonly PlanDocument[] = [
  { targets: [{ url: URL_OF_NOBODY }] },
  { targets: [{ url: URL_OF_NOBODY, method: "PUT", body: "x" }], load: { rate: "max" } },
  { targets: [{ url: URL_OF_NOBODY }], load: { model: "closed", connections: 3 }, timeout: "9s" },
  { targets: [{ url: URL_OF_NOBODY }], load: { requests: 500, rate: 50 } },
  {
    name: "all",
    labels: { "smp.mesh": "istio", "smp.id": "7", team: "a" },
    targets: [
      { url: URL_OF_NOBODY, weight: 3, name: "a" },
      { url: `${URL_OF_NOBODY}b`, method: "HEAD" },
    ],
    load: {
      stages: [
        { duration: "10s", rate: "0..1000" },
        { duration: "1m", rate: 1000 },
      ],
      arrivals: "poisson",
    },
    timeout: "2s",
    drain: "5s",
    tls: { insecure: true },
    connection: { keepAlive: false },
    checks: { status: "200" },
    recordHeaders: ["x-time"],
    thresholds: ["p99(service) < 1s"],
    stopOn: ["errors > 10% for 3s"],
  },
];

describe("plans → SMP → plans", () => {
  test.each(PLANS.map((document, index) => [index, document] as const))("%i", (_, document) => {
    for (const said of [document, resolvePlan(document)]) {
      const smp = smpDocumentOf(smpConfigOf([said]), "current").document;
      const [again] = smpPlansOf(smp).clients;
      expect({ ...again.plan, labels: {} }).toEqual({ ...resolvePlan(document), labels: {} });
    }
  });

  test("what SMP has no field for is in the options, and nothing else is", () => {
    const optionsOf = (document: PlanDocument) => {
      const { additionalOptions } = smpConfigOf([document]).clients[0];
      return additionalOptions === "" ? "" : JSON.parse(additionalOptions);
    };
    expect(PLANS.slice(0, 4).map(optionsOf)).toEqual([
      "",
      { targets: [{ method: "PUT" }] },
      { timeout: "9s" },
      { load: { requests: 500 } },
    ]);
    expect(PLANS.slice(0, 4).map((plan) => optionsOf(resolvePlan(plan)))).toEqual([
      "",
      { targets: [{ method: "PUT" }] },
      { timeout: "9s" },
      { load: { requests: 500 } },
    ]);
  });
});
