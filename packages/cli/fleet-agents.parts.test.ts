/** Agents of a fleet by the command line: who takes part, who refuses, who dies, who leaves. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import type { AgentSettings } from "@nightjar/testkit/fleet/agent-main.ts";
import { startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { startProcess } from "@nightjar/testkit/processes.ts";
import { childrenOf, cli, survivors } from "./child-cli.ts";
import { BRIEF, ChildFleet, SHAPE } from "./child-fleet.ts";
import { wordsOf } from "./shell-words.ts";

let fleet: ChildFleet;

beforeAll(async () => {
  fleet = await ChildFleet.start(await startNatsServer());
  await fleet.addAgent("berlin", ["--label", "zone=eu"]);
  await fleet.addAgent("tokyo", ["--label", "zone=asia"]);
});
afterAll(() => fleet.stop());

describe("who takes part", () => {
  test("the agents that have the label; nobody where there are too few", async () => {
    await fleet.run(...BRIEF, "--agents", "zone=asia:1");
    expect(fleet.written().children.map(({ agent }) => agent?.name)).toEqual(["tokyo"]);
    const { code, err } = await fleet.run(...BRIEF, "--agents", "zone=asia:2");
    expect(err).toContain("2 agents with zone=asia wanted, 1 idle");
    expect(err).toContain("nightjar agents lists who is there");
    expect(code).toBe(2);
  }, 120_000);

  test("the list, as text and as JSON; nobody there is a sentence", async () => {
    const { out } = await cli(["agents", "--nats", fleet.nats.url]);
    expect(out).toMatch(/^berlin .* zone=eu .* idle\ntokyo .* zone=asia .* idle\n$/m);
    expect((await fleet.listed()).map(({ name }: { name: string }) => name)).toEqual([
      "berlin",
      "tokyo",
    ]);
    const empty = await startNatsServer();
    const nobody = await cli(["agents", "--nats", empty.url]);
    await empty.stop();
    expect([nobody.code, nobody.out]).toEqual([0, ""]);
    expect(nobody.err).toStartWith(`no agent is there, at ${empty.url}\n`);
  }, 120_000);

  test("one that sends no such thing refuses it with its reason, and nothing is sent", async () => {
    const careful = await fleet.addAgent("zurich", [
      ...["--label", "zone=ch", "--allow-target", "*.example", "--max-rate", "50/s"],
    ]);
    try {
      await fleet.clearLog();
      const far = await fleet.run(...SHAPE, "--agents", "zone=ch:1", "--rate", "50");
      expect(far.err).toContain("agent zurich: 127.0.0.1:");
      expect(far.err).toContain("is not among where it sends to: *.example (--allow-target)");
      const fast = await fleet.run(...BRIEF, "--agents", "zone=ch:1");
      expect(fast.err).toContain("the agents send at most 50/s together (--max-rate)");
      expect([far.code, fast.code]).toEqual([2, 2]);
      expect(await fleet.numbersAtOrigin()).toEqual([]);
    } finally {
      await fleet.kill(careful);
    }
  }, 120_000);
});

test("another version is refused, by the agent, with both", async () => {
  const settings: AgentSettings = {
    ...{ nats: fleet.nats.url, name: "old", version: "0.0.1", labels: { zone: "past" } },
  };
  const main = new URL("../testkit/fleet/agent-main.ts", import.meta.url).pathname;
  const old = await startProcess({
    name: "agent of another version",
    command: [process.execPath, main],
    env: { NIGHTJAR_TEST_AGENT: JSON.stringify(settings) },
    ready: { line: /^ready$/ },
  });
  const { code, err } = await fleet.run(...BRIEF, "--agents", "zone=past:1");
  await old.stop();
  expect([code, err]).toEqual([2, expect.stringMatching(/old.*0\.0\.1.*0\.1\.0|0\.1\.0.*0\.0\.1/)]);
}, 120_000);

describe("an agent that is killed", () => {
  const GOING = ["--rate", "100", "--duration", "12s", "--connections", "4"];
  const LOST = "agent zz was lost: no word from it for 3s";

  async function killedIn(
    ...policy: string[]
  ): Promise<{ code: number; err: string; result: Result }> {
    const victim = await fleet.addAgent("zz", ["--label", "zone=zz"]);
    const demand = ["--agents", "zone=eu:1,zone=zz:1", "--lease", "2s", ...policy];
    const child = fleet.startRun(...GOING, ...demand);
    // Whoever lives on would be taken for the next one.
    await child.untilNoted(/of 12s .* answered/).catch(async (error) => {
      await fleet.kill(victim);
      throw error;
    });
    const workers = childrenOf(victim.process.pid);
    await fleet.kill(victim);
    const { code, err } = await child.ended;
    expect(await survivors(workers)).toEqual([]);
    await fleet.untilIdle();
    return { code, err, result: fleet.written() };
  }

  test("ends the run", async () => {
    const { code, err, result } = await killedIn();
    expect(code, err).toBe(98);
    expect(err).toContain(LOST);
    // A busy machine may have more to say, of the other one.
    expect(result.verdict.reasons).toContain(LOST);
    expect(result.durationS).toBeLessThan(12);
  }, 120_000);

  test("is done without by --lost-agent degrade", async () => {
    const { code, err, result } = await killedIn("--lost-agent", "degrade");
    expect(err).toContain(LOST);
    expect(code, err).toBe(98);
    const { due, unknown, sent, dropped, unsent } = result.accounting;
    expect(due).toBe(1200);
    // The other one drops some where this machine is busy.
    expect(sent + dropped + unsent).toBe(1200 - unknown);
    expect(unknown).toBeGreaterThan(300);
    expect(result.verdict.reasons.join("\n")).toMatch(
      /agent zz was lost.*\n.* exchanges of 1200 \(/,
    );
  }, 120_000);
});

describe("an agent leaves", () => {
  test("at once where it has no run", async () => {
    const one = await fleet.addAgent("idle");
    one.process.kill("SIGTERM");
    const { code, err } = await one.ended;
    expect(err).toMatch(/^agent idle \(\d+ cores?.*\) waits for runs at \S+\nSIGTERM: leaving\n$/);
    expect(code).toBe(0);
  }, 120_000);

  test("after its run, or having stopped it", async () => {
    const one = await fleet.addAgent("leaver", ["--label", "zone=lv"]);
    const args = ["--rate", "100", "--duration", "1m", "--connections", "4"];
    const child = fleet.startRun(...args, "--agents", "zone=lv:1");
    await child.untilNoted(/of 60s .* answered/);
    one.process.kill("SIGTERM");
    await one.untilNoted(/SIGTERM: leaving after this run; once more to stop it/);
    one.process.kill("SIGTERM");
    const { code, err } = await one.ended;
    expect(err).toContain("SIGTERM: stopping the run; once more to end it at once");
    expect(err).toMatch(/run \S+ is over\n$/);
    expect(code, err).toBe(0);
    const said = await child.ended;
    expect(said.err).toContain("nightjar run collect");
    expect(said.code, said.err).toBe(98);
    const { accounting, verdict } = fleet.written();
    expect(accounting.due).toBe(6000);
    expect(accounting.completed).toBeGreaterThan(0);
    expect(verdict.reasons[0]).toBe("agent leaver was lost: it was told to leave (SIGTERM)");
  }, 120_000);
});

test("a token, by file or environment, lets in; without it nobody comes in", async () => {
  const closed = await startNatsServer({ token: "s3cret-token" });
  fleet.folder.write("token", "s3cret-token\n");
  const list = (args: readonly string[], env: Record<string, string> = {}) =>
    cli(["agents", "--nats", closed.url, ...args], { cwd: fleet.folder.path, env });
  const byFile = await list(["--token-file", "token"]);
  const byEnvironment = await list([], { NIGHTJAR_NATS_TOKEN: "s3cret-token" });
  const without = await list([]);
  const wrong = await list([], { NIGHTJAR_NATS_TOKEN: "another-token" });
  await closed.stop();
  expect([byFile.code, byEnvironment.code, without.code, wrong.code]).toEqual([0, 0, 1, 1]);
  expect(without.err).toContain("no credentials or token were given");
  expect(wrong.err).toContain("it does not accept these credentials, token or user");
}, 120_000);

test("what a run says to collect it by is all that it takes", async () => {
  const closed = await ChildFleet.start(await startNatsServer({ token: "s3cret-token" }));
  closed.folder.write("a token", "s3cret-token\n");
  const token = ["--token-file", `${closed.folder.path}/a token`];
  try {
    await closed.addAgent("one", token);
    const { err } = await closed.run(...BRIEF, "--agents", "1", ...token);
    const { id } = closed.written();
    const words = wordsOf(/^ {2}nightjar (run collect .*)$/m.exec(err)?.[1] ?? "");
    expect(words).toEqual(["run", "collect", id, "--nats", closed.nats.url, ...token]);
    await closed.cli([...words, "--output", "json=c.json"]);
    expect(closed.folder.read("c.json")).toBe(closed.folder.read("r.json"));
  } finally {
    await closed.stop();
  }
}, 120_000);

test("a user and a password come by the environment", async () => {
  const closed = await startNatsServer({ users: [{ user: "ann", password: "p@ss:w" }] });
  const env = { NIGHTJAR_NATS_USER: "ann", NIGHTJAR_NATS_PASSWORD: "p@ss:w" };
  const { code, err } = await cli(["agents", "--nats", closed.url], { env });
  await closed.stop();
  expect([code, err]).toEqual([0, expect.stringContaining("no agent is there")]);
}, 120_000);
