/** The arguments of vegeta, plan by plan, and the traps that they go around. */
import { describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import fc from "fast-check";
import { flagsOf, objections, sampleJob, URL } from "../sample-job.ts";
import { VEGETA_ENVIRONMENT, vegetaCommand, vegetaFiles } from "./arguments.ts";
import { VEGETA } from "./driver.ts";
import { vegetaDurationNs, vegetaRate } from "./rate.ts";

const command = (document: Partial<PlanDocument>) =>
  vegetaCommand(sampleJob(document), "/bin/vegeta");

test("the whole of a plain plan", () => {
  const plain = { load: { rate: 100, connections: 4 }, duration: "5s" };
  expect(command(plain)).toEqual([
    ...["/bin/vegeta", "attack", "-format", "json", "-targets", "target.json"],
    ...["-output", "results.gob", "-max-body", "0", "-rate", "100/1s", "-duration", "4995000000ns"],
    ...["-workers", "4", "-max-workers", "4", "-connections", "4", "-max-connections", "4"],
    ...["-timeout", "5000000000ns", "-redirects", "-1", "-http2=false", "-dns-ttl", "-1"],
    "-session-tickets",
  ]);
});

describe("rate and duration", () => {
  test.each([
    [100, "100/1s"],
    [0.5, "5/10s"],
    [33.3, "333/10s"],
    [1 / 3, "333333/1000000s"],
    [2500.25, "250025/100s"],
  ])("%d/s is %s", (ratePerS, text) => {
    const { frequency, periodNs } = vegetaRate(ratePerS);
    expect(`${frequency}/${periodNs / 1e9}s`).toBe(text);
  });

  test("hits begin at (n + 1) gaps: as many as are wanted, and no other, in the duration", () => {
    const rates = fc.double({ min: 0.01, max: 200_000, noNaN: true });
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 1_000_000 }), (ratePerS, exchanges) => {
        const rate = vegetaRate(ratePerS);
        const durationNs = vegetaDurationNs(exchanges, rate);
        expect((exchanges - 1) * rate.gapNs).toBeLessThan(durationNs);
        expect(exchanges * rate.gapNs).toBeGreaterThan(durationNs);
        expect(Math.abs(rate.gapNs * ratePerS - 1e9) / 1e9).toBeLessThan(0.01);
      }),
    );
  });

  test.each([
    [{ load: { rate: "max" as const, connections: 3 }, duration: "2s" }, "0", "2000000000ns"],
    [{ load: { rate: 50, requests: 10 } }, "50/1s", "190000000ns"],
  ])("%j", (document, rate, duration) => {
    expect(flagsOf(command(document))).toMatchObject({ "-rate": rate, "-duration": duration });
  });
});

describe("request and connection", () => {
  test.each([
    [{ connection: { keepAlive: false } }, "-keepalive=false"],
    [{ workers: 3 }, "/bin/vegeta -cpus 3 attack"],
    [{ timeout: "1500ms" }, "-timeout 1500000000ns"],
    [{ targets: [{ url: "https://a.test/" }], tls: { insecure: true } }, "-insecure"],
  ])("%j → %s", (document, words) => {
    expect(command(document).join(" ")).toContain(words);
  });

  test("sessions are resumed unless the plan says otherwise", () => {
    const off = { targets: [{ url: "https://a.test/" }], tls: { resumption: false } };
    expect(command(off)).not.toContain("-session-tickets");
  });

  test("what Go takes from the environment is taken away", () => {
    expect(VEGETA_ENVIRONMENT).toHaveProperty("HTTP_PROXY", undefined);
    expect(VEGETA_ENVIRONMENT).toHaveProperty("https_proxy", undefined);
  });

  test("the target is a file: secrets are in no argument; Go asks for no gzip", () => {
    const job = sampleJob({
      targets: [
        { url: `${URL}a?b=c`, method: "POST", headers: { authorization: "s3cret" }, body: "hello" },
      ],
    });
    expect(vegetaCommand(job, "/bin/vegeta").join(" ")).not.toContain("s3cret");
    expect(JSON.parse(String(vegetaFiles(job)["target.json"]))).toEqual({
      ...{ method: "POST", url: `${URL}a?b=c`, body: btoa("hello") },
      header: {
        ...{ Authorization: ["s3cret"], "User-Agent": ["nightjar"], Accept: ["*/*"] },
        "Accept-Encoding": ["identity"],
      },
    });
  });

  test("headers of the plan go before Go's", () => {
    const headers = { "user-agent": "me", "accept-encoding": "gzip" };
    const job = sampleJob({ targets: [{ url: URL, headers }] });
    expect(JSON.parse(String(vegetaFiles(job)["target.json"])).header).toEqual({
      "User-Agent": ["me"],
      Accept: ["*/*"],
      "Accept-Encoding": ["gzip"],
    });
  });
});

describe("refused", () => {
  test.each([
    [{ load: { model: "closed" as const, requests: 5 } }, "ends a closed loop by time", "duration"],
    [{ connectTimeout: "1s" }, "one timeout", "connectTimeout: 5s"],
    [{ targets: [{ url: `${URL}{{seq}}` }] }, "{{seq}} changes with it", "{{env NAME}}"],
  ])("%j", (document, message, nearest) => {
    const [first] = objections(VEGETA, document);
    expect(first.message).toContain(message);
    expect(first.nearest).toContain(nearest);
  });

  test("a variable of the environment is not", () => {
    const targets = [{ url: URL, headers: { authorization: "{{env TOKEN}}" } }];
    expect(objections(VEGETA, { targets })).toEqual([]);
    const assets = { "env:TOKEN": new TextEncoder().encode("t0ken") };
    const target = String(vegetaFiles(sampleJob({ targets }, assets))["target.json"]);
    expect(JSON.parse(target).header.Authorization).toEqual(["t0ken"]);
  });
});
