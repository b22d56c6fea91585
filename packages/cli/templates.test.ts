/** Templates from the command line to the server, by real runs. */
import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { childrenOf, cli, makeFolder, startCli } from "./child-cli.ts";
import { type Kept, startKeeping } from "./keeping-server.ts";

const folder = makeFolder();
const server = startKeeping();
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const REQUESTS = 240;
const LOAD = ["--requests", String(REQUESTS), "--rate", "2000", "--quiet", "--output", "json"];
const TEMPLATES = [
  ...["--method", "POST", "--body", '{"id":"{{uuid}}","n":{{randInt 1 6}},"seq":{{seq}}}'],
  ...["--header", "x-seq: {{seq}}", "--header", "x-id: {{uuid}}"],
];
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

interface Sent {
  readonly seqs: readonly number[];
  readonly uuids: readonly string[];
  readonly wholes: readonly number[];
}

/** What the exchanges of one run were filled with, in the order of their numbers. */
async function sentBy(...flags: string[]): Promise<Sent[]> {
  const url = `${server.url}/{{seq}}/a b?w={{randInt -5 5}}`;
  const { err } = await cli(["run", url, ...LOAD, ...TEMPLATES, ...flags]);
  expect(err).toBe("");
  const sent = server.take().map(({ target, headers, body }) => {
    const [, seq, whole] = /^\/(\d+)\/a%20b\?w=(-?\d+)$/.exec(target) ?? [];
    const { id, n, seq: inBody } = JSON.parse(body);
    return {
      seqs: [Number(seq), Number(headers.get("x-seq")), inBody],
      uuids: [id, String(headers.get("x-id"))],
      wholes: [Number(whole), n],
    };
  });
  return sent.sort((a, b) => a.seqs[0] - b.seqs[0]);
}

describe("each exchange is filled in by its number", () => {
  test("seq is it, each uuid is another one, randInt keeps to its bounds", async () => {
    const sent = await sentBy();
    const all = Array.from({ length: REQUESTS }, (_, i) => [i, i, i]);
    expect(sent.map(({ seqs }) => seqs)).toEqual(all);
    const uuids = sent.flatMap((one) => one.uuids);
    expect(uuids.filter((one) => !UUID.test(one))).toEqual([]);
    expect(new Set(uuids).size).toBe(2 * REQUESTS);
    const seen = [0, 1].map((at) => new Set(sent.map(({ wholes }) => wholes[at])));
    expect([...seen[0]].sort((a, b) => a - b)).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5]);
    expect([...seen[1]].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("and by the seed: the same in each run, whatever the number of workers", async () => {
    const first = await sentBy("--workers", "1");
    expect(await sentBy("--workers", "1")).toEqual(first);
    expect(await sentBy("--workers", "3")).toEqual(first);
    const other = await sentBy("--seed", "2");
    expect(other.map(({ seqs }) => seqs)).toEqual(first.map(({ seqs }) => seqs));
    expect(other.filter(({ uuids }, i) => uuids[0] === first[i].uuids[0])).toEqual([]);
    expect(other.map(({ wholes }) => wholes)).not.toEqual(first.map(({ wholes }) => wholes));
  });
});

test("a body from a file is sent as it is, and two braces may be written", async () => {
  const body = '{"a":{{seq}},"b":"{{{{"}';
  folder.write("body.txt", body);
  const flags = ["--method", "PUT", "--body", "@body.txt", "--header", "x-braces: {{{{seq}}"];
  await cli(["run", `${server.url}/`, ...LOAD, ...flags], { cwd: folder.path });
  const kept = server.take();
  expect(kept).toHaveLength(REQUESTS);
  expect(new Set(kept.map((one) => one.body))).toEqual(new Set([body]));
  expect(new Set(kept.map(({ headers }) => headers.get("x-braces")))).toEqual(new Set(["{{seq}}"]));
});

describe("a variable of the environment", () => {
  const env = { SHOP_TOKEN: "s3cret/ü", SHOP_LINES: "a\r\nx-more: b" };
  const SECRET = ["--header", "authorization: {{env SHOP_TOKEN}}"];

  const BODY = ["--method", "POST", "--body", "{{env SHOP_TOKEN}}"];

  test("reaches the target, and no result, no listing and no argument", async () => {
    const url = `${server.url}/{{env SHOP_TOKEN}}`;
    const load = ["--rate", "50", "--duration", "1m", "--workers", "2", "--output", "json"];
    const run = startCli(["run", url, ...load, ...SECRET, ...BODY], { env });
    await run.untilNoted(/open loop/);
    const { pid } = run.process;
    const children = childrenOf(pid);
    expect(children).toHaveLength(2);
    const told = [pid, ...children].map((id) => readFileSync(`/proc/${id}/cmdline`, "utf8"));
    await untilFilled();
    run.process.kill("SIGINT");
    const { out, err } = await run.ended;
    expect(JSON.parse(out).plan.targets[0]).toMatchObject({
      url: `${server.url}/{{env SHOP_TOKEN}}`,
      headers: { authorization: "{{env SHOP_TOKEN}}" },
      body: "{{env SHOP_TOKEN}}",
    });
    for (const text of [out, err, ...told]) expect(text).not.toContain("s3cret");
  });

  test("is shown by its name alone in a plan that was checked", async () => {
    const { code, out } = await cli(["plan", "check", server.url, ...SECRET], { env });
    expect([code, out.includes("s3cret")]).toEqual([0, false]);
    expect(out).toContain('authorization: "{{env SHOP_TOKEN}}"');
  });

  test.each([
    ["header", ["--header", "a: {{env SHOP_LINES}}"], '--header: "a": the environment variable'],
    ["URL", [], "the URL: the environment variable SHOP_LINES holds a line break"],
  ])("that holds a line break is refused in a %s", async (where, flags, sentence) => {
    const url = `${server.url}/${where === "URL" ? "{{env SHOP_LINES}}" : ""}`;
    const { code, out, err } = await cli(["run", url, ...flags], { env });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith(`nightjar: ${sentence}`);
    expect(err).toContain("holds a line break");
    expect(err).not.toContain("x-more");
  });
});

const TRIES = 500;

async function untilFilled(): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [first] = server.take();
    if (first) return expectFilled(first);
    await Bun.sleep(20);
  }
  throw new Error("no request came");
}

function expectFilled({ target, headers, body }: Kept): void {
  expect(target).toBe("/s3cret%2F%C3%BC");
  expect(headers.get("authorization")).toBe("s3cret/ü");
  expect(body).toBe("s3cret/ü");
}
