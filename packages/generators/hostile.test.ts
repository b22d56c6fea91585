/**
 * Programs that do not do what they should, as scripts in their place: what they come to is said in
 * a sentence, what was measured is kept, the books add up, and no process is left.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { ChildResult } from "@nightjar/core/result/result.ts";
import { memoryLink } from "@nightjar/core/run/memory-link.ts";
import { remote, serve } from "@nightjar/core/run/remote.ts";
import { reportOf } from "@nightjar/formats/human/report.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { isAlive } from "@nightjar/testkit/conformance.ts";
import { type RunContext, type RunOptions, runOn, wholeOrder } from "@nightjar/testkit/runs.ts";
import { until } from "@nightjar/testkit/runs-here.ts";
import { DRIVERS, type DriverName } from "./drivers.ts";

const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
const own = join(folder, "tmp");
const temporary = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = own;
  writeFileSync(join(folder, "empty"), "");
  Bun.spawnSync(["mkdir", own]);
});
afterAll(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  rmSync(folder, { recursive: true, force: true });
});

const FIXTURES = new URL("../formats/wrk/fixtures/", import.meta.url).pathname;
const OUTPUT = new URL("../formats/nighthawk/fixtures/output_formatter.json.gold", import.meta.url)
  .pathname;
const GOB = new URL("./vegeta/fixtures/results.gob", import.meta.url).pathname;

const OPEN = { load: { rate: 100, connections: 5 }, duration: "500ms", drain: "2s" } as const;
const CLOSED = { load: { rate: "max", connections: 5 }, duration: "1s", drain: "2s" } as const;
const LONG = { load: { rate: 100, connections: 5 }, duration: "12s", drain: "100ms" } as const;
const WHOLE = { load: { rate: 10, connections: 5 }, duration: "2s", drain: "100ms" } as const;
const PLANS: Record<DriverName, Omit<PlanDocument, "targets">> = {
  nighthawk: WHOLE,
  fortio: OPEN,
  vegeta: OPEN,
  wrk: CLOSED,
  wrk2: LONG,
};

let scripts = 0;

interface Options extends RunOptions {
  /** Other than that of its plan. */
  readonly duration?: string;
}

/** A run of a program that is `script`; a shell's, in the folder of its run. */
async function runOf(name: DriverName, script: string, { duration, ...options }: Options = {}) {
  const path = join(folder, `${name}-${scripts++}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const targets = [{ url: "http://127.0.0.1:9/" }];
  const plan = resolvePlan({ targets, ...PLANS[name], ...(duration ? { duration } : {}) });
  const generator = DRIVERS[name].generator({ path, version: "x" }, plan);
  const finished = await runOn(generator, plan, options);
  expect(readdirSync(own)).toEqual([]);
  return { ...finished, child: finished.result.children[0] };
}

/** As fortio writes it, of a call that begins now. */
const CALL = (thread: number, more = "") =>
  `printf '{"latency":0.001,"timestamp":%s,"thread":${thread},"iter":0,` +
  `"ok":true,"details":"200"}${more}' ` +
  "$(date +%s%N) >> access.log";

const HANG = "trap '' INT; while :; do sleep 0.1; done";

describe("its end", () => {
  const rows: [DriverName, string, string][] = [
    ["fortio", "echo 'panic: boom' >&2; exit 3", "fortio ended with code 3: panic: boom"],
    ["fortio", "kill -9 $$", "fortio was killed by SIGKILL"],
    ["fortio", "kill -SEGV $$", "fortio was killed by SIGSEGV"],
    ["fortio", "true", "fortio logged no calls"],
    ["fortio", HANG, "fortio logged no calls"],
    ["fortio", "echo '<html>' > access.log", "1 lines of fortio's log are none that we know"],
    ["fortio", "echo '{\"latency\":NaN}' > access.log", "1 lines of fortio's log"],
    ["fortio", `${CALL(0, "\\n")}; ${CALL(1)}`, "fortio's log ends within a line"],
    ["vegeta", "true", "vegeta wrote no results"],
    ["vegeta", "echo 'bad flag' >&2; exit 2", "vegeta ended with code 2: bad flag"],
    ["vegeta", "head -c 4000 /dev/urandom > results.gob", "vegeta"],
    ["vegeta", `head -c 700 ${GOB} > results.gob`, "vegeta's results end within one of them"],
    ["wrk", "true", "wrk wrote no latencies"],
    ["wrk", "echo 'Usage: wrk'; exit 1", "wrk ended with code 1: Usage: wrk"],
    ["wrk", "echo 'summary 1 2 3' > latency.txt", "wrk wrote no latencies"],
    ["wrk", "printf 'summary 9 1 1 0 0 0 0 0\\n50 1\\n' > latency.txt", "wrk wrote no latencies"],
    ["wrk", "yes | head -c 2000000; exit 4", "wrk ended with code 4: y"],
    ["wrk", HANG, "wrk wrote no latencies"],
    ["nighthawk", "true", "nighthawk_client wrote no output"],
    ["nighthawk", "echo Bad argument: x >&2; exit 1", "ended with code 1: Bad argument: x"],
    ["nighthawk", `head -c 3000 ${OUTPUT}`, "Nighthawk Output"],
    ["nighthawk", `cat ${OUTPUT}; exit 1`, "nighthawk_client ended with code 1"],
    ["wrk2", "true", "wrk"],
    ["wrk2", `head -c 900 ${FIXTURES}wrk2-both-spectra.txt`, "wrk, line 25: a row of the spectrum"],
    ["wrk2", `cat ${FIXTURES}wrk2-refused.txt; exit 1`, "unable to connect to 127.0.0.1:1"],
    ["wrk2", `cat ${FIXTURES}wrk2-hung.txt`, "wrk2 has recorded no latency"],
  ];
  test.each(rows)("%s: %s → %s", async (name, script, reason) => {
    const { child, result } = await runOf(name, script);
    expect(child.end.outcome).toBe("failed");
    expect(child.end.reason).toContain(reason);
    expect(result.verdict.outcome).toBe("inconclusive");
    expect(transcriptOf(child).command[0]).toContain(folder);
    expect(transcriptOf(child).stdout.length).toBeLessThanOrEqual(64 * 1024 + 1);
  });
});

test("wrk2: what is in none of its counts is said", async () => {
  const script = `sed 's/^  1101 requests/  700 requests/' ${FIXTURES}wrk2-non-2xx.txt`;
  const { result } = await runOf("wrk2", script);
  expect(result.accounting).toMatchObject({ due: 1100, sent: 700, unknown: 400 });
  expect(result.generator.warnings.join("\n")).toContain(
    "wrk2: 400 of 1100 exchanges that were due are in none of its counts",
  );
  const report = reportOf(result, { columns: 80, color: false, inflate: inflateSync });
  expect(report).toContain("unknown: due, and in none of the generator's own counts");
});

function transcriptOf(child: ChildResult) {
  return child.process as NonNullable<ChildResult["process"]>;
}

describe("what was measured is kept", () => {
  test("calls before a crash", async () => {
    const { result } = await runOf("fortio", `${CALL(0, "\\n")}; ${CALL(1, "\\n")}; exit 9`);
    const { sent, completed, unknown, due } = result.accounting;
    expect([sent, completed]).toEqual([2, 2]);
    expect(due).toBe(sent + unknown);
  });

  test("results before the cut", async () => {
    const { result } = await runOf("vegeta", `head -c 700 ${GOB} > results.gob`);
    expect(result.accounting.sent).toBeGreaterThan(0);
  });

  test("of wrk2, by both of its spectra", async () => {
    const { result, child } = await runOf("wrk2", `cat ${FIXTURES}wrk2-both-spectra.txt`);
    expect(child.end.outcome).toBe("done");
    expect(result.generator.latencyKind).toBe("response");
    expect(result.generator.fidelity.kind).toBe("buckets");
    const { response, service } = result.latencyMs;
    expect([response.count, service.count]).toEqual([561, 561]);
    expect(response.percentiles["50"] as number).toBeGreaterThan(
      service.percentiles["50"] as number,
    );
  });
});

describe("stopped", () => {
  const STUBBORN = `sh -c "trap '' INT; echo \\$\\$ > grandchild; exec sleep 600" & ${HANG}`;

  test.each(Object.keys(PLANS) as DriverName[])("%s, twice: no process is left", async (name) => {
    let grandchild = 0;
    const stopTwice = async ({ run }: RunContext) => {
      grandchild = await grandchildThere();
      run.stop("enough");
      await Bun.sleep(100);
      run.stop("now");
    };
    const finished = await runOf(name, STUBBORN, {
      duration: "60s",
      at: [{ ms: 0, act: (context) => void stopTwice(context) }],
    });
    const end = finished.result.children[0].end;
    expect(end).toEqual({ outcome: "stopped", reason: "enough" });
    expect(grandchild).toBeGreaterThan(0);
    await isGone(grandchild);
  });

  test("one that does not heed the first is killed once the drain is over", async () => {
    const { child } = await runOf("wrk", HANG, {
      duration: "60s",
      at: [{ ms: 200, act: ({ run }) => run.stop("enough") }],
    });
    expect(child.end).toEqual({ outcome: "stopped", reason: "enough" });
  });
});

test("a link that closes takes the program and its children with it", async () => {
  const path = join(folder, "stubborn");
  const script = `sh -c "trap '' INT; echo \\$\\$ > grandchild; exec sleep 600" & ${HANG}`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const targets = [{ url: "http://127.0.0.1:9/" }];
  const plan = resolvePlan({ targets, ...OPEN, duration: "60s" });
  const [parent, child] = memoryLink();
  const served = serve(DRIVERS.fortio.generator({ path, version: "x" }, plan), child);
  const generator = remote(DRIVERS.fortio.capabilities, parent);
  const run = await generator.prepare(wholeOrder(plan), new AbortController().signal);
  run.start(monotonicNs());
  const grandchild = await grandchildThere();
  expect(isAlive(grandchild)).toBe(true);
  parent.close("the user has gone");
  await served;
  await isGone(grandchild);
});

/** Whoever is dead stays a zombie until its new parent, which is no process of ours, has looked. */
const isGone = (pid: number) => until(() => !isAlive(pid));

/** It writes its id into the folder of the one run that there is. */
async function grandchildThere(): Promise<number> {
  const id = () => {
    const [place = ""] = readdirSync(own);
    const file = join(own, place, "grandchild");
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  };
  await until(() => id() > 0);
  return id();
}

test("a secret that the program says is in no transcript", async () => {
  const path = join(folder, "talker");
  writeFileSync(path, "#!/bin/sh\ncat wrk.lua; cat wrk.lua >&2\nexit 5\n", { mode: 0o755 });
  const targets = [
    { url: "http://127.0.0.1:9/", headers: { authorization: "s3cret", "x-id": "{{env ID}}" } },
  ];
  const plan = resolvePlan({ targets, ...CLOSED });
  const generator = DRIVERS.wrk.generator({ path, version: "x" }, plan);
  const assets = { "env:ID": new TextEncoder().encode("t0ken") };
  const { result } = await runOn(generator, plan, { assets });
  const { stdout, stderr, command } = transcriptOf(result.children[0]);
  expect(stdout).toContain('wrk.headers["authorization"] = "[redacted]"');
  expect(stdout + stderr + command.join(" ")).not.toMatch(/s3cret|t0ken/);
  expect(JSON.stringify(result)).not.toMatch(/s3cret|t0ken/);
});
