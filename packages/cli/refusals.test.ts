/**
 * Bad input is refused before anything starts: exit code 2, one sentence, nothing on standard
 * output.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { cli, makeFolder } from "./child-cli.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

/** Nobody listens there; and nobody is asked. */
const URL_OF_NOBODY = "http://127.0.0.1:1/";

async function refusal(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(args, { cwd: folder.path });
  expect(err).not.toMatch(/ {4}at |fault of Nightjar/);
  expect(err).toMatch(/^nightjar: [^\n]+\n( {2}[^\n]+\n)?$/);
  expect(out).toBe("");
  expect(code).toBe(2);
  return err;
}

function planOf(text: string): string {
  return folder.write("plan.yaml", text);
}

const TARGET = `targets:\n  - url: ${URL_OF_NOBODY}\n`;

describe("an option", () => {
  test.each([
    [["--rate", "0"], "--rate: ", "found 0"],
    [["--rate", "-5"], "--rate: ", '"-5"'],
    [["--rate", "NaN"], "--rate: ", '"NaN"'],
    [["--rate", "1e3"], "--rate: ", '"1e3"'],
    [["--rate", "99999999"], "--rate: ", "10000000"],
    [["--rate", "5", "--rate", "6"], "--rate: given twice", '"6"'],
    [["--rate"], "option '--rate <RATE>'", "argument missing"],
    [["--connections", "0"], "--connections: ", "found 0"],
    [["--connections", "-1"], "--connections: a whole number", '"-1"'],
    [["--connections", "1.5"], "--connections: a whole number", '"1.5"'],
    [["--connections", "9".repeat(30)], "--connections: a whole number", "999"],
    [["--requests", "0"], "--requests: ", "found 0"],
    [["--duration", "0s"], "--duration: ", "found 0s"],
    [["--duration", "10"], "--duration: ", "500ms"],
    [["--duration", "-5s"], "--duration: ", '"-5s"'],
    [["--duration", "9999h"], "--duration: at most", "9999h"],
    [["--duration", ""], "--duration: ", "found nothing"],
    [["--timeout", "2h"], "--timeout: at most 1h", "2h"],
    [["--connect-timeout", "0s"], "--connect-timeout: ", "0s"],
    [["--drain", "2h"], "--drain: at most", "2h"],
    [["--max-backlog", "-1"], "--max-backlog: a whole number", '"-1"'],
    [["--warmup", "1s", "--requests", "5"], "--warmup: ", "requests"],
    [["--model", "closed", "--rate", "5"], "--rate: ", "found 5/s"],
    [["--model", "open", "--rate", "max"], "--rate: ", '"max"'],
    [["--model", "opne"], "--model: ", 'did you mean "open"?'],
    [["--arrivals", "posson"], "--arrivals: ", 'did you mean "poisson"?'],
    [["--arrivals", "jiter:10%"], "--arrivals: ", 'did you mean "jitter:10%"?), found "jiter:10%"'],
    [["--arrivals", "jitter:25"], "--arrivals: ", 'did you mean "jitter:25%"?'],
    [["--arrivals", "burst"], "--arrivals: ", 'did you mean "burst:50"?'],
    [["--arrivals", "burst:0"], "--arrivals: a burst is 1 to 1000000", "found burst:0"],
    [["--arrivals", "jitter:101%"], "--arrivals: jitter is at most 100%", "found jitter:101%"],
    [["--arrivals", "sometimes"], "--arrivals: constant, poisson, jitter:10%", '"sometimes"'],
    [["--stages", "10s:5,20s5"], "--stages: stage 2: TIME:RATE is the form", '"20s5"'],
    [["--stages", "10s:5,"], "--stages: stage 2: TIME:RATE", "found nothing"],
    [["--stages", "10s:5,9:5"], "--stages: stage 2: not a duration", 'found "9"'],
    [["--stages", "10s:5,9s:5...6"], "--stages: stage 2: not a rate", 'found "5...6"'],
    [["--stages", "10s:5,9s:max"], "--stages: stage 2: not a rate", 'found "max"'],
    [["--stages", "1s:0..99999999"], "--stages: stage 1: at most 10000000/s", "found 99999999/s"],
    [["--stages", "10s:5,0s:5"], "--stages: stage 2: longer than zero", "found 0s"],
    [["--stages", "10s:0,5s:0"], "--stages: every rate is zero", "nothing would be sent"],
    [["--stages", "100h:1,100h:1"], "--stages: at most 168h", "found 200h"],
    [["--stages", "10s:5", "--rate", "5"], "--rate: --stages says it", "leave one of them out"],
    [["--stages", "10s:5", "--duration", "10s"], "--duration: --stages says it", "leave one"],
    [["--stages", "10s:5", "--model", "closed"], "--stages: stages belong to the open", "closed"],
    [["--stages", "10s:0..5", "--warmup", "1s"], "--warmup: the first stage begins", "at 0/s"],
    [["--arrivals", "poisson", "--rate", "max"], "--arrivals: ", "open loop"],
    [["--idle", "spn"], "--idle: one of auto, spin, sleep", 'did you mean "spin"?'],
    [["--method", "get"], "--method: ", "capitals"],
    [["--header", "no-colon"], "--header: 'NAME: VALUE' is the form", '"no-colon"'],
    [["--header", ": x"], "--header: ", "is the form"],
    [["--header", "a b: x"], "--header: ", "not a header name"],
    [["--header", "a: b\r\nx: y"], "--header: ", "line breaks"],
    [["--header", "Content-Length: 5"], "--header: ", "Content-Length"],
    [["--header", "transfer-encoding: chunked"], "--header: ", "transfer-encoding"],
    [["--header", "a: 1", "--header", "A: 2"], "--header: ", '"A" is given twice'],
    [["--number-header", "a/b"], "--number-header: ", '"a/b"'],
    [["--label", "x"], "--label: KEY=VALUE is the form", '"x"'],
    [["--label", "=x"], "--label: KEY=VALUE is the form", '"=x"'],
    [["--label", "a=1", "--label", "a=2"], "--label: ", "given twice"],
    [["--label", "__proto__=1"], "--label: ", "cannot be a name"],
    [["--seed", "4294967296"], "--seed: ", "4294967295"],
    [["--workers", "0"], "--workers: ", "found 0"],
    [["--workers", "1000"], "--workers: ", "256"],
    [["--name", ""], "--name: ", "found nothing"],
    [["--sni", ""], "--sni: ", "found nothing"],
    [["--body", "@missing.txt"], "--body: missing.txt", "no such file"],
    [["--body", "@"], "--body: the name of a file is wanted after @", "found nothing"],
    [["--body-size", "-1"], "--body-size: a whole number without a sign", '"-1"'],
    [["--header", "a: €"], "--header: ", "holds Latin-1 alone"],
    [["--stages", Array(101).fill("1s:1").join()], "--stages: at most 100", "a list of 101"],
    [["--stop-on", "errors > 1% for"], "--stop-on: ", "whole seconds up to an hour, found nothing"],
    [["--cacert", "missing.pem"], "--cacert: no target is https://", "TLS"],
    [["--ok-status", "2xx"], "--ok-status: write 200, 200-299", '"2xx"'],
    [["--ok-status", "299-200"], "--ok-status: ", "found 299-200"],
    [["--expect-header", "a b: c"], "--expect-header: ", '"a b" before the colon'],
    [["--expect-header", "a: ~("], "--expect-header: not a regex", "JavaScript's"],
    [["--expect-body", "contain:ok"], "--expect-body: ", 'did you mean "contains"?'],
    [["--expect-body", "regex:(?=a)"], "--expect-body: not a regex", "not known here"],
    [["--expect-body", "size:>5"], "--expect-body: ", '">5"'],
    [["--record-header", "a b"], "--record-header: write NAME", '"a b"'],
    [["--record-header", "a", "--record-header", "A:s"], "--record-header: ", "already"],
    [["--threshold", "p99<5"], "--threshold: ", "column 5"],
    [["--threshold", "p101 < 5ms"], "--threshold: ", "between 0 and 100"],
    [["--threshold", "eror < 1%"], "--threshold: ", 'did you mean "errors"?'],
    [["--threshold", "p99(servce) < 1s"], "--threshold: ", 'did you mean "service"?'],
    [["--threshold", "p99", "<", "50ms"], "unexpected argument", "in quotes"],
    [["--output", "jsn"], "--output: unknown format", 'did you mean "json"?'],
    [["--output", "json="], "--output: ", "names no file"],
    [["--output", "json=."], "--output: ", "it is a folder"],
    [["--output", "json=no/where.json"], "--output: no/where.json", "folder does not exist"],
    [["--output", "json", "--output", "hlog"], "--output: json and hlog", "standard output"],
    [["--output", "json=a", "--output", "hlog=./a"], "--output: ", "named twice"],
    [["--rat", "5"], "unknown option", "did you mean --rate?"],
  ])("%j", async (args, where, what) => {
    const said = await refusal("run", URL_OF_NOBODY, ...args);
    expect(said).toStartWith(`nightjar: ${where}`);
    expect(said).toContain(what);
  });

  test("a certificate file holds certificates that can be read", async () => {
    folder.write("not.pem", "hello");
    folder.write("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const run = (name: string) => refusal("run", "https://127.0.0.1:1/", "--cacert", name);
    expect(await run("not.pem")).toContain("it holds no PEM certificate");
    expect(await run("bad.pem")).toContain("its certificate 1 of 1 cannot be read");
  });

  test("nothing is left behind by an output that was named beside bad input", async () => {
    await refusal("run", "http://127.0.0.1:1/", "--output", "json=new.json", "--output", "no");
    expect(readdirSync(folder.path)).not.toContain("new.json");
  });
});

describe("a plan file is refused with line and column", () => {
  test.each([
    ["an unknown key", `${TARGET}lod: {}\n`, ":3:1: ", 'did you mean "load"?'],
    ["an unknown key inside", `${TARGET}    metod: GET\n`, ":3:5: ", 'did you mean "method"?'],
    ["a negative number", `${TARGET}load:\n  rate: -5\n`, ":4:3: load.rate: ", "-5"],
    ["a number that is none", `${TARGET}load:\n  rate: .nan\n`, ":4:3: load.rate: ", ""],
    ["zero", `${TARGET}load:\n  connections: 0\n`, ":4:3: load.connections: ", "0"],
    ["half a connection", `${TARGET}load:\n  connections: 1.5\n`, ":4:3: ", "1.5"],
    ["an absurd number", `${TARGET}load:\n  connections: 1e30\n`, ":4:3: ", ""],
    ["a scalar for a map", `load: 5\n${TARGET}`, ":1:1: load: ", "5"],
    ["a number for a duration", `duration: 10\n${TARGET}`, ":1:1: duration: ", "10"],
    ["a text for a target", "targets:\n  - http://x/\n", ":2:5: targets[0]: ", "http://x/"],
    ["an ftp URL", "targets:\n  - url: ftp://x/\n", ":2:5: targets[0].url: ", "ftp://"],
    ["a URL without scheme", "targets:\n  - url: x.example/\n", ":2:5: ", "not an absolute URL"],
    ["a bad threshold", `${TARGET}thresholds:\n  - p99 < 5\n`, ":4:5: ", "column 7"],
    ["contradictions", `${TARGET}load: {rate: 5, model: closed}\n`, ":3:8: load.rate: ", "5/s"],
    ["two bodies", `${TARGET}    body: a\n    bodyFile: b\n`, ":2:5: ", "contradict"],
    ["a missing body", `${TARGET}    bodyFile: missing\n`, ":3:5: ", "missing: there is no such"],
    [
      "a missing certificate",
      `${TARGET.replace("http:", "https:")}tls:\n  caCert: none\n`,
      ":4:3: tls.caCert: none: ",
      "no such",
    ],
    ["bad syntax", "targets:\n  - url: [1\n", ":3:1: not YAML: ", ""],
    ["tabs", "targets:\n\t- url: http://x/\n", ":2:1: ", "tab"],
    ["a key given twice", `name: a\n${TARGET}name: b\n`, ":4:1: name is given twice", ""],
    ["two documents", `${TARGET}---\nname: b\n`, ":3:1: ", "a second document"],
    ["an alias of nothing", "targets: *none\n", ":1:10: *none", "no anchor"],
    ["a tag of nobody", "targets: !none []\n", ":1:10: ", "!none"],
    ["no map", "- a\n", ": a plan is a map", "found a list"],
    ["nothing", "", ": a plan is a map", "an empty file"],
    ["no target", "name: a\n", ": targets", ""],
    ["a name twice", `${TARGET}    name: a\n  - {url: "http://b/", name: a}\n`, ":4:", "already"],
    ["bytes", "a: \u0000\u0001", ": a plan is a text", "UTF-8"],
  ])("%s", async (_, text, place, what) => {
    const said = await refusal("plan", "check", planOf(text));
    expect(said).toStartWith(`nightjar: plan.yaml${place}`);
    expect(said).toContain(what);
  });

  test("JSON too", async () => {
    const document = `{\n\t"targets": [{ "url": "${URL_OF_NOBODY}" }],\n\t"load": { "rte": 5 }\n}`;
    folder.write("plan.json", document);
    const said = await refusal("plan", "check", "plan.json");
    expect(said).toStartWith(
      'nightjar: plan.json:3:12: unknown key "rte" in load (did you mean "rate"?)',
    );
  });

  test("a fault of a flag is not blamed on the file", async () => {
    const name = planOf(`${TARGET}load:\n  rate: 5\nlabels:\n  a: b\n`);
    expect(await refusal("plan", "check", name, "--rate", "0")).toStartWith("nightjar: --rate: ");
    const closed = await refusal("plan", "check", name, "--model", "closed");
    expect(closed).toStartWith("nightjar: plan.yaml:4:3: load.rate: ");
    planOf(`${TARGET}    headers:\n      Connection: close\n`);
    const header = await refusal("plan", "check", name, "--header", "a: b");
    expect(header).toStartWith("nightjar: plan.yaml:3:5: ");
  });

  test("anchors that would unfold without end", async () => {
    let text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (let n = 1; n < 10; n++) {
      text += `a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(", ")}]\n`;
    }
    expect(await refusal("plan", "check", planOf(text))).toContain("alias");
  });

  test("what is no file of a plan's size", async () => {
    folder.write("bytes.yaml", new Uint8Array([0xff, 0xfe, 1, 2, 3]));
    folder.write("large.yaml", `name: ${"a".repeat(2 ** 20)}\n`);
    expect(await refusal("run", "missing.yaml")).toContain("missing.yaml: there is no such file");
    expect(await refusal("run", ".")).toContain("it is a folder");
    expect(await refusal("run", "bytes.yaml")).toContain("UTF-8");
    expect(await refusal("run", "large.yaml")).toContain("at most 1048576 bytes");
    expect(await refusal("run", "/dev/zero")).toContain("at most 1048576 bytes");
  });
});

describe("a URL", () => {
  test.each([
    ["localhost:8080", "did you mean http://localhost:8080?"],
    ["127.0.0.1:80/x", "did you mean http://127.0.0.1:80/x?"],
    ["[::1]:80", "did you mean http://[::1]:80?"],
    ["ftp://localhost/", "http:// or https:// is allowed, found ftp://"],
    ["http://", "is not an absolute URL"],
    ["http://x:99999/", "is not an absolute URL"],
    ["http://user:secret@x/", "credentials in a URL"],
    ["", "found an empty name"],
  ])("%s", async (url, what) => {
    const said = await refusal("run", url);
    expect(said).toContain(what);
    expect(said).not.toContain("secret");
  });
});

describe("a command", () => {
  test.each([
    [["rum"], "did you mean run?"],
    [["http://localhost/"], "did you mean nightjar run http://localhost/?"],
    [["plan.yaml"], "did you mean nightjar run plan.yaml?"],
    [["plan", "chek"], "did you mean check?"],
    [["run"], "missing required argument"],
    [["plan", "check"], "missing required argument"],
    [["demo", "x"], 'unexpected argument "x"'],
    [["run", "http://a/", "http://b/"], 'unexpected argument "http://b/"'],
    [["plan", "check", "http://a/", "--output", "json"], "unknown option"],
    [["testserver", "--port", "65536"], "--port: a whole number up to 65535"],
    [["testserver", "--port", "http"], "--port: a whole number up to 65535"],
    [["testserver", "--seed", "4294967296"], "--seed: a whole number up to 4294967295"],
    [["testserver", "--number-header", "a b"], "--number-header: not a header name"],
    [["testserver", "--behaviour", "delay=soon"], '"soon" is not a duration'],
    [["testserver", "--certificate-file", "x.pem"], "--certificate-file: "],
    [["testserver", "--tls", "--certificate-file", "."], "--certificate-file: .: it is a folder"],
    [["testserver", "x"], 'unexpected argument "x"'],
  ])("%j", async (args, what) => {
    expect(await refusal(...args)).toContain(what);
  });

  test("none at all shows the help, on standard error", async () => {
    const { code, out, err } = await cli([]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: nightjar");
  });
});

test("a secret is not repeated by the sentence that refuses it", async () => {
  const run = (...args: string[]) => refusal("run", "http://127.0.0.1:1/", ...args);
  expect(await run("--header", "authorization: s3cret\u0001")).not.toContain("s3cret");
  expect(await run("--header", "authorization s3cret")).not.toContain("s3cret");
  planOf(`${TARGET}    headers:\n      cookie: "s3cret\\u0001"\n`);
  expect(await refusal("plan", "check", "plan.yaml")).not.toContain("s3cret");
});
