/** What a plan names and does not hold, as it is read before the run. */
import { afterAll, expect, test } from "bun:test";
import { truncateSync } from "node:fs";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { PlanRefusal } from "@nightjar/core/plan/plan-place.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { assetsOf } from "./assets.ts";
import { makeFolder } from "./child-cli.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

const url = "http://127.0.0.1:1/";
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

function assets(targets: PlanDocument["targets"], environment = {}) {
  return assetsOf(resolvePlan({ targets }), environment);
}

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(PlanRefusal);
    return (error as PlanRefusal).message;
  }
  throw new Error("not refused");
}

test("files come by their names, and variables by theirs", () => {
  const file = `${folder.path}/${folder.write("body.txt", "body {{env B}}")}`;
  const found = assets(
    [
      { url: `${url}{{env A}}`, bodyFile: file },
      { url, bodyFile: file, headers: { "x-a": "{{env A}}{{env EMPTY}}" } },
    ],
    { A: "é", EMPTY: "", B: "not asked for" },
  );
  expect(Object.keys(found).sort()).toEqual([file, "env:A", "env:EMPTY"].sort());
  expect([found[file], found["env:A"], found["env:EMPTY"]].map(textOf)).toEqual([
    "body {{env B}}",
    "é",
    "",
  ]);
});

test("certificates of authorities may stand in the plan itself", async () => {
  const targets = [{ url: "https://shop.example/" }];
  const held = (caCert: string) => assetsOf(resolvePlan({ targets, tls: { caCert } }));
  const { certificatePem } = await makeCertificate();
  expect(textOf(held(certificatePem)[certificatePem])).toBe(certificatePem);
  const broken = certificatePem.replace(/\n[A-Za-z0-9+/]{9}/, "\n");
  expect(refusalOf(() => held(broken))).toBe(
    "tls.caCert: the PEM text: its certificate 1 of 1 cannot be read",
  );
});

test("a variable that is not set is refused where it stands, with a near one", () => {
  const body = "{{env SHOP_TOKN}}";
  expect(() => assets([{ url }, { url, body }], { SHOP_TOKEN: "s3cret" })).toThrow(
    'targets[1].body: the environment variable SHOP_TOKN is not set (did you mean "SHOP_TOKEN"?)',
  );
});

test.each([
  ["holds a line break", "a\nb"],
  ["holds characters that no header may have", "a\0b"],
  ["holds characters that no header may have", "€"],
  ["has more than 16384 characters", "x".repeat(20_000)],
])("a value that %s is refused in a header, and not shown", (fault, value) => {
  const targets = [{ url, headers: { "x.a": "{{env A}}" } }];
  const said = refusalOf(() => assets(targets, { A: value }));
  expect(said).toStartWith(`targets[0].headers["x.a"]: the environment variable A ${fault}`);
  expect(said).not.toContain(value);
});

test("a client's certificate and its key are read, and looked at", async () => {
  const [one, other] = [await makeCertificate(), await makeCertificate()];
  const write = (name: string, text: string) => `${folder.path}/${folder.write(name, text)}`;
  const cert = write("cert.pem", one.certificatePem);
  const key = write("key.pem", one.keyPem);
  const wrong = write("other.pem", other.keyPem);
  const targets = [{ url: "https://127.0.0.1:1/" }];
  const of = (tls: PlanDocument["tls"]) => assetsOf(resolvePlan({ targets, tls }), {});
  expect(Object.keys(of({ cert, key })).sort()).toEqual([cert, key].sort());
  expect(refusalOf(() => of({ cert, key: wrong }))).toStartWith(`tls.key: ${wrong}: it is not`);
  expect(refusalOf(() => of({ cert, key: cert }))).toContain("it holds no PEM private key");
  expect(refusalOf(() => of({ cert: key, key }))).toStartWith(`tls.cert: ${key}: it holds no PEM`);
  expect(refusalOf(() => of({ cert, key: "none" }))).toStartWith("tls.key: none: there is no such");
});

test("a file is not taken for a variable, and all files together have a limit", () => {
  expect(() => assets([{ url, bodyFile: "env:A" }])).toThrow("targets[0].bodyFile: env:A: ");
  const files = ["a", "b", "c", "d", "e"].map((name) => {
    const path = `${folder.path}/${folder.write(name, "")}`;
    truncateSync(path, 7 * 2 ** 20);
    return path;
  });
  const targets = files.map((bodyFile) => ({ url, bodyFile }));
  expect(Object.keys(assets(targets.slice(0, 4)))).toHaveLength(4);
  expect(() => assets(targets)).toThrow("targets[4].bodyFile: ");
  const same = Array.from({ length: 6 }, () => targets[0]);
  expect(Object.keys(assets(same))).toHaveLength(1);
});
