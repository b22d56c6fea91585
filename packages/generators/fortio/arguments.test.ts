/** The arguments of fortio, plan by plan, and the traps that they go around. */
import { describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { flagsOf, sampleJob, URL } from "../sample-job.ts";
import { fortioCommand, fortioFiles } from "./arguments.ts";

const command = (document: Partial<PlanDocument>, logsCalls = true) =>
  fortioCommand(sampleJob(document), "/bin/fortio", logsCalls);

test("the whole of a plain plan", () => {
  const plain = { load: { rate: 100, connections: 4 }, duration: "5s" };
  expect(command(plain)).toEqual([
    ...["/bin/fortio", "load", "-qps", "100", "-n", "500", "-t=-1s", "-c", "4", "-uniform"],
    ...["-timeout", "5000000000ns", "-httpbufferkb", "1024"],
    ...["-loglevel", "Info", "-log-errors=false", "-json", "-", "-access-log-file", "access.log"],
    ...["-X", "GET", "-H", "User-Agent: nightjar", "-H", "Accept: */*", URL],
  ]);
});

describe("load", () => {
  const rows: [Partial<PlanDocument>, Record<string, string>, string][] = [
    [
      { load: { rate: 100, connections: 4 }, duration: "5s" },
      { "-n": "500", "-t": "-1s" },
      "-n, since -t sends calls that it does not count; a duration would stretch the schedule",
    ],
    [
      { load: { rate: 100, connections: 4 }, duration: "5s", warmup: "1s" },
      { "-n": "600" },
      "the warm-up is of the same run",
    ],
    [
      { load: { rate: 33.3, connections: 3 }, duration: "10s" },
      { "-qps": "33.3", "-n": "333" },
      "a rate of any digits",
    ],
    [
      { load: { rate: 100.1, connections: 8 }, duration: "10s" },
      { "-n": "1000" },
      "1001 exchanges are 125 for each of 8 connections, and one is left out",
    ],
    [
      { load: { rate: 100, requests: 64, connections: 8 } },
      { "-n": "64" },
      "as many as were asked for",
    ],
    [
      { load: { rate: 100, connections: 4 }, workers: 2 },
      { "-gomaxprocs": "2", "-c": "4" },
      "workers are threads",
    ],
    [
      { load: { rate: "max", connections: 4 }, duration: "5s" },
      { "-qps": "0", "-n": "4000000000", "-t": "-1s" },
      "a closed loop that we end: with -t it would send uncounted calls",
    ],
    [
      { load: { model: "closed", requests: 40, connections: 4 } },
      { "-qps": "0", "-n": "40" },
      "a closed loop of so many",
    ],
  ];
  test.each(rows)("%j → %j: %s", (document, flags) => {
    expect(flagsOf(command(document))).toMatchObject(flags);
  });

  test("always uniform: else all connections fire together", () => {
    for (const [document] of rows) expect(command(document)).toContain("-uniform");
  });

  test("without the log of calls its buckets are finer than by default", () => {
    const flags = flagsOf(command({ load: { rate: 20_000, connections: 10 } }, false));
    expect(flags).toMatchObject({ "-r": "0.00001" });
    expect(flags).not.toHaveProperty("-access-log-file");
  });
});

describe("request and connection", () => {
  const rows: [Partial<PlanDocument>, string[]][] = [
    [{ connection: { keepAlive: false } }, ["-keepalive=false"]],
    [{ connection: { maxRequests: 7 } }, ["-connection-reuse", "7:7"]],
    [{ timeout: "1500ms" }, ["-timeout", "1500000000ns"]],
    [{ targets: [{ url: URL, method: "PUT" }] }, ["-X", "PUT"]],
    [{ targets: [{ url: URL, headers: { "x-a": "1" } }] }, ["-H", "x-a: 1"]],
    [{ targets: [{ url: URL, headers: { "user-agent": "me" } }] }, ["-H", "user-agent: me"]],
    [{ targets: [{ url: URL, method: "POST", body: "b" }] }, ["-payload-file", "payload"]],
    [{ targets: [{ url: "https://a.test/" }] }, ["https://a.test/"]],
    [{ targets: [{ url: "https://a.test/" }], tls: { insecure: true } }, ["-k"]],
  ];
  test.each(rows)("%j → %j", (document, words) => {
    expect(command(document).join(" ")).toContain(words.join(" "));
  });

  test("it sends a User-Agent of its own unless it is told one", () => {
    const named = { targets: [{ url: URL, headers: { "user-agent": "me" } }] };
    expect(command({})).toContain("User-Agent: nightjar");
    expect(command(named)).not.toContain("User-Agent: nightjar");
  });
});

test("bodies and certificates are files", () => {
  const pem = new TextEncoder().encode("PEM");
  const document = {
    targets: [{ url: "https://a.test/", method: "POST", body: "hello" }],
    tls: { caCert: "my-ca.pem", cert: "me.pem", key: "me.key" },
  };
  const job = sampleJob(document, { "my-ca.pem": pem, "me.pem": pem, "me.key": pem });
  expect(Object.keys(fortioFiles(job)).sort()).toEqual([
    "ca.pem",
    "cert.pem",
    "key.pem",
    "payload",
  ]);
  const words = fortioCommand(job, "/bin/fortio", true).join(" ");
  expect(words).toContain("-cacert ca.pem -cert cert.pem -key key.pem");
  expect(words).not.toContain("hello");
});
