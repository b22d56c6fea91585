/** Runs over a fleet by the command line: real agents, workers, broker and server. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { undisturbed } from "./child-cli.ts";
import { BRIEF, ChildFleet } from "./child-fleet.ts";

const NUMBER = "x-nightjar-number";
let fleet: ChildFleet;

beforeAll(async () => {
  const env = { NIGHTJAR_FORTIO: requirePart("fortio") };
  fleet = await ChildFleet.start(await startNatsServer());
  await fleet.addAgent("berlin", ["--label", "zone=eu"], { env });
  await fleet.addAgent("tokyo", ["--label", "zone=asia"], { env });
});
afterAll(() => fleet.stop());

test("two agents send each exchange once, and anybody collects the same result", async () => {
  const target = `targets: [{url: "${fleet.origin.url}/?delay=2ms"}]`;
  fleet.folder.write("plan.yaml", `${target}\nnumberHeader: ${NUMBER}\n`);
  const args = ["run", "plan.yaml", ...BRIEF, "--fleet", fleet.nats.url, "--agents", "2"];
  const { code, err, out } = await undisturbed(async () => {
    await fleet.clearLog();
    return fleet.cli([...args, "--output", "json=r.json", "--output", "human"]);
  });
  const { id, accounting, children, generator } = fleet.written();
  // A machine that was disturbed each time says so itself.
  const [said, exitCode] = generator.healthy ? ["PASS", 0] : ["INCONCLUSIVE", 98];
  expect(out).toStartWith(said);
  expect(code).toBe(exitCode);
  expect(err).toContain("4 connections, 2 workers on 2 agents");
  const numbers = await fleet.numbersAtOrigin();
  expect(new Set(numbers).size).toBe(numbers.length);
  expect([accounting.due, numbers.length]).toEqual([200, 200 - accounting.unsent]);
  expect(children.map(({ agent }) => agent?.name)).toEqual(["berlin", "tokyo"]);
  const { version: bun } = Bun;
  expect(children.map(({ environment }) => environment?.bun)).toEqual([bun, bun]);
  expect(err).toMatch(new RegExp(`on 2 agents\\nrun ${id}\\n.* of 2s `));
  expect(err).toContain(`nightjar run collect ${id} --nats '${fleet.nats.url}'`);
  const again = await fleet.collect(id, "--output", "json=c.json", "--output", "jsonl=c.jsonl");
  expect([again.code, again.out.startsWith(said)]).toEqual([exitCode, true]);
  expect(fleet.folder.read("c.json")).toBe(fleet.folder.read("r.json"));
  const lines = fleet.folder.read("c.jsonl").trimEnd().split("\n");
  expect(JSON.parse(lines[0]).id).toBe(id);
  expect(lines.length).toBeGreaterThan(3);
}, 120_000);

test("without one of them the rest is unknown, and it is said", async () => {
  await fleet.run(...BRIEF, "--agents", "2");
  const { id } = fleet.written();
  const { code, out } = await fleet.collect(id, "--output", "json", "--exclude", "tokyo");
  const { accounting, verdict } = resultSchema.parse(JSON.parse(out));
  expect([code, accounting.due, accounting.unknown]).toEqual([98, 200, 100]);
  expect(verdict.reasons).toContain("agent tokyo was lost: it was excluded");
  const wrong = await fleet.collect(id, "--exclude", "tokio");
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("did you mean tokyo?")]);
  const none = await fleet.collect(`${id.slice(0, -1)}x`);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining(`did you mean ${id}?`)]);
}, 120_000);

test("what a plan names travels with it, and no secret stays", async () => {
  fleet.folder.write("body.txt", "carried along");
  const secret = "hush-hush-hush";
  const seen = new Set<string>();
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      seen.add(`${request.headers.get("x-key")} ${await request.text()}`);
      return new Response("ok");
    },
  });
  const args = ["run", `${server.url}`, ...BRIEF, "--fleet", fleet.nats.url, "--agents", "2"];
  const body = ["--method", "POST", "--body", "@body.txt"];
  const key = ["--header", "X-Key: {{env NIGHTJAR_TEST_KEY}}"];
  const { out } = await fleet.cli([...args, ...body, ...key, "--output", "json"], {
    NIGHTJAR_TEST_KEY: secret,
  });
  await server.stop(true);
  const result = resultSchema.parse(JSON.parse(out));
  expect([...seen]).toEqual([`${secret} carried along`]);
  expect([result.populations.error, result.populations.ok > 0]).toEqual([0, true]);
  expect(out).not.toContain(secret);
}, 120_000);

test("another generator: how it starts is said, what it cannot do is refused at once", async () => {
  const fortio = [...BRIEF, "--agents", "2", "--generator", "fortio"];
  const { err } = await fleet.run(...fortio);
  expect(err).toContain("on 2 agents");
  const { generator, accounting, children } = fleet.written();
  expect([generator.name, accounting.due]).toEqual(["fortio", 200]);
  for (const { process, startLatenessMs } of children) {
    expect(process?.command.join(" ")).toContain("fortio");
    expect(startLatenessMs).toBeGreaterThan(0);
  }
  const refused = await fleet.run(...fortio, "--arrivals", "poisson");
  expect([refused.code, refused.err]).toEqual([
    2,
    expect.stringContaining("fortio has no poisson"),
  ]);
}, 120_000);

test("several generators run in turn, and stand side by side", async () => {
  const two = ["--generator", "nightjar,fortio", "--cool-down", "100ms"];
  const { out } = await fleet.run(...BRIEF, "--agents", "2", ...two, "--output", "human");
  expect(out).toMatch(/nightjar.*fortio|fortio.*nightjar/s);
  const { results } = JSON.parse(fleet.folder.read("r.json"));
  expect(results.map((one: { children: unknown[] }) => one.children.length)).toEqual([2, 2]);
}, 120_000);

describe("Ctrl-C", () => {
  test("what was measured is told and kept, and the agents are free", async () => {
    const args = ["--rate", "100", "--duration", "1m", "--connections", "4", "--agents", "2"];
    const child = fleet.startRun(...args);
    await child.untilNoted(/of 60s .* answered/);
    child.process.kill("SIGINT");
    const { code, err, out } = await child.ended;
    expect(code).toBe(130);
    expect(err).toContain("SIGINT: ending; once more to end at once");
    expect(out).toStartWith("INCONCLUSIVE");
    const { verdict, accounting, id } = fleet.written();
    expect(verdict.reasons).toContain("the run was cut short: SIGINT");
    expect(accounting.unknown).toBe(0);
    await fleet.untilIdle();
    await fleet.collect(id, "--output", "json=c.json");
    expect(fleet.folder.read("c.json")).toBe(fleet.folder.read("r.json"));
  }, 120_000);

  test("before anything is sent leaves nothing behind", async () => {
    // Of three that are wanted two are there: it waits for some seconds, once it listens to Ctrl-C.
    const interrupted = async (afterMs: number) => {
      const child = fleet.startRun(...BRIEF, "--agents", "3");
      await Bun.sleep(afterMs);
      child.process.kill("SIGINT");
      const { code, err } = await child.ended;
      return { code, err, isEarly: err === "" };
    };
    let said = await interrupted(1500);
    for (let afterMs = 3000; said.isEarly && afterMs < 20_000; afterMs *= 2) {
      said = await interrupted(afterMs);
    }
    const sentence = "nightjar: interrupted before any load was sent\n";
    expect([said.code, said.err]).toEqual([130, sentence]);
    await fleet.untilIdle();
  }, 120_000);
});
