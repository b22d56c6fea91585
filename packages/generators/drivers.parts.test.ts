/** The drivers with their real programs, judged by what the server saw. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { connectionsIn } from "@nightjar/testkit/arrivals.ts";
import { isAlive } from "@nightjar/testkit/conformance.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { type RealName, runReal } from "@nightjar/testkit/real-program.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log", "--number-header", "x-vegeta-seq");
});
afterAll(() => origin.stop());
beforeEach(async () => {
  await fetch(`${origin.url}/.control/log`, { method: "DELETE" });
});

type Load = Omit<PlanDocument, "targets">;

async function run(name: RealName, behaviour: string, load: Load, options = {}) {
  const targets = [{ url: `${origin.url}/?${behaviour}` }];
  const finished = await runReal(name, { targets, ...load }, options);
  return { ...finished, rows: await readOriginLog(origin.url) };
}

/** By number: fortio sends all of it. Vegeta ends with its time, on a starved machine before. */
const OPEN: Load = { load: { rate: 200, requests: 600, connections: 10 } };
const BRIEF: Load = { load: { rate: 200, requests: 200, connections: 10 } };

describe("the open loop", () => {
  test("fortio: as many as the plan says, over as many connections", async () => {
    const { rows, result } = await run("fortio", "delay=2ms", OPEN);
    expect(rows).toHaveLength(600);
    expect([connectionsIn(rows), result.connections.opened]).toEqual([10, 10]);
    expect(result.accounting).toMatchObject({ due: 600, sent: 600, completed: 600 });
    expect(result.generator.latencyKind).toBe("service");
    expect(result.latencyMs.service.min).toBeGreaterThanOrEqual(2);
    expect(result.latencyMs.service.count).toBe(600);
    expect(result.generator.healthy).toBeNull();
    expect(result.bytes).toEqual({ sent: null, received: null });
  });

  test("vegeta: each exchange once, over no more connections than the plan says", async () => {
    const { rows, result } = await run("vegeta", "delay=20ms", OPEN);
    const { due, sent, completed, unsent } = result.accounting;
    expect([due, sent + unsent, completed]).toEqual([600, 600, sent]);
    expect(sent).toBeGreaterThan(100);
    expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: sent }, (_, number) => number),
    );
    expect(connectionsIn(rows)).toBeLessThanOrEqual(10);
    expect(connectionsIn(rows)).toBeGreaterThan(2);
    expect(result.latencyMs.service.min).toBeGreaterThanOrEqual(20);
  });

  test("fortio: all of the plan was due, and what it left out was not sent", async () => {
    const load: Load = { load: { rate: 201, connections: 8 }, duration: "1s" };
    const { rows, result } = await run("fortio", "", load);
    const { due, sent, unsent } = result.accounting;
    expect([due, rows.length, sent + unsent]).toEqual([201, sent, 201]);
    // Fewer where the machine is too busy for all that it would send.
    expect(sent).toBeWithin(1, 201);
  });

  test.each(["fortio", "vegeta"] as const)("%s: what the target is too slow for", async (name) => {
    const load: Load = { load: { rate: 100, connections: 2 }, duration: "2s" };
    const { rows, result } = await run(name, "delay=100ms", load);
    const { due, sent, completed, unsent } = result.accounting;
    expect([due, sent]).toEqual([200, completed]);
    expect(sent + unsent).toBe(200);
    expect(rows).toHaveLength(sent);
    expect(sent).toBeLessThan(60);
  });

  test.each(["fortio", "vegeta"] as const)("%s: told by the second as it goes on", async (name) => {
    const { events, childEvents, rows } = await run(name, "delay=1ms", OPEN);
    const snapshots = events.filter((event): event is Snapshot => event.type === "snapshot");
    expect(snapshots.length).toBeGreaterThanOrEqual(3);
    expect(childEvents[0].type).toBe("started");
    const [first] = rows.map(({ arrivalNs }) => arrivalNs).sort((a, b) => a - b);
    for (const { interval, cells } of snapshots.slice(1, 3)) {
      const sent = cells.reduce((sum, { tally }) => sum + tally.counts.sent, 0);
      expect([interval, sent > 0]).toEqual([interval, true]);
    }
    expect(first).toBeGreaterThan(0);
  });
});

describe("the closed loop", () => {
  const CLOSED: Load = { load: { rate: "max", connections: 5 }, duration: "1s" };

  test.each(["fortio", "vegeta", "wrk"] as const)("%s", async (name) => {
    const { rows, result } = await run(name, "delay=2ms", CLOSED);
    const { sent, completed } = result.accounting;
    expect(completed).toBe(sent);
    // Of what is in flight at its end wrk does not tell.
    const untold = name === "wrk" ? 5 : 0;
    expect(rows.length - sent).toBeGreaterThanOrEqual(0);
    expect(rows.length - sent).toBeLessThanOrEqual(untold);
    expect(connectionsIn(rows)).toBe(5);
    expect(result.latencyMs.service.count).toBe(sent);
    expect(result.latencyMs.service.min).toBeGreaterThanOrEqual(2);
    expect(result.durationS).toBeGreaterThanOrEqual(1);
    expect(result.achieved.ratePerS).toBeCloseTo(sent / result.durationS, 1);
  });

  test("fortio: in buckets, with their error", async () => {
    const { result } = await run("fortio", "delay=2ms", CLOSED);
    expect(result.generator.fidelity.kind).toBe("buckets");
    expect(result.generator.fidelity.relativeError).toBeGreaterThan(0);
    expect(result.series).toEqual([]);
  });

  test("wrk: without what it fills in", async () => {
    const load: Load = { load: { rate: "max", connections: 4 }, duration: "2s" };
    const { result } = await run("wrk", "delay=300ms:2,1ms:98", load);
    expect(result.latencyMs.service.count).toBe(result.accounting.completed);
    const slow = result.latencyMs.service.max as number;
    expect(slow).toBeGreaterThanOrEqual(300);
    expect(result.generator.warnings.join("\n")).not.toContain("in a way that we do not know");
  });
});

describe("answers and failures", () => {
  test.each(["fortio", "vegeta"] as const)("%s: statuses", async (name) => {
    const { rows, result } = await run(name, "status=503:30,404:10", OPEN);
    const seen: Record<string, number> = {};
    for (const { status } of rows) seen[status] = (seen[status] ?? 0) + 1;
    expect(result.statusCodes).toEqual(seen);
    expect(result.errors["status-503"]).toBe(seen["503"]);
    expect(result.populations.error).toBe(seen["503"] + seen["404"]);
  });

  test("wrk: how many were above 399", async () => {
    const load: Load = { load: { rate: "max", connections: 2 }, duration: "1s" };
    const { rows, result } = await run("wrk", "delay=2ms&status=503:30", load);
    const bad = rows.filter(({ status }) => status === 503).length;
    expect(Math.abs(result.populations.error - bad)).toBeLessThanOrEqual(2);
    expect(result.errors["status-4xx-5xx"]).toBe(result.populations.error);
  });

  test("statuses of the plan's own", async () => {
    const load: Load = { ...BRIEF, checks: { status: "503" } };
    const { result } = await run("vegeta", "status=503", load);
    const { due, sent } = result.accounting;
    expect([due, sent > 0]).toEqual([200, true]);
    expect(result.populations).toMatchObject({ ok: sent, error: 0 });
  });

  test.each(["fortio", "vegeta"] as const)("%s: timeouts", async (name) => {
    const load: Load = { load: { rate: 20, connections: 4 }, duration: "1s", timeout: "200ms" };
    const { result } = await run(name, "silence=100", load);
    const { sent, failed, completed } = result.accounting;
    expect([failed, completed]).toEqual([sent, 0]);
    expect(result.errors).toEqual({ timeout: failed });
  });

  test("wrk: an answer later than the timeout has failed", async () => {
    const load: Load = {
      ...{ load: { rate: "max", connections: 4 }, duration: "1s", timeout: "100ms" },
    };
    const { result } = await run("wrk", "delay=200ms:30", load);
    const { completed, failed } = result.accounting;
    expect(failed).toBeGreaterThan(0);
    expect(result.errors.timeout).toBe(failed);
    expect(result.latencyMs.service.count).toBe(completed);
  });

  test.each(["fortio", "vegeta"] as const)("%s: nobody listens", async (name) => {
    const targets = [{ url: `http://127.0.0.1:${freePort()}/` }];
    const load: Load = { load: { rate: 50, requests: 50, connections: 5 } };
    const { result } = await runReal(name, { targets, ...load });
    const { due, sent, failed, unsent } = result.accounting;
    expect([due, sent + unsent, failed]).toEqual([50, 50, sent]);
    expect(sent).toBeGreaterThan(0);
    expect(result.errors).toEqual({ "connect-refused": failed });
  });

  test("wrk: nobody listens", async () => {
    const targets = [{ url: `http://127.0.0.1:${freePort()}/` }];
    const { result } = await runReal("wrk", { targets, load: { rate: "max" }, duration: "1s" });
    expect(result.children[0].end.outcome).toBe("failed");
    expect(result.children[0].end.reason).toContain("unable to connect");
    expect(result.verdict.outcome).toBe("inconclusive");
  });
});

describe("connections", () => {
  test.each(["fortio", "vegeta"] as const)("%s: one for each exchange", async (name) => {
    const load: Load = { ...BRIEF, connection: { keepAlive: false } };
    const { rows, result } = await run(name, "delay=1ms", load);
    const { sent } = result.accounting;
    expect([rows.length, connectionsIn(rows)]).toEqual([sent, sent]);
    if (name === "fortio") expect(sent).toBe(200);
    else expect(sent).toBeGreaterThan(50);
  });

  test("fortio: so many exchanges for each", async () => {
    const load: Load = { ...BRIEF, connection: { maxRequests: 4 } };
    const { rows, result } = await run("fortio", "", load);
    expect([rows.length, connectionsIn(rows), result.connections.opened]).toEqual([200, 50, 50]);
  });

  test("wrk: threads divide them", async () => {
    const load: Load = { load: { rate: "max", connections: 6 }, duration: "1s", workers: 3 };
    const { rows, result } = await run("wrk", "delay=1ms", load);
    expect([connectionsIn(rows), result.generator.workers]).toEqual([6, 3]);
  });
});

describe("interrupted in the middle", () => {
  test.each(["fortio", "vegeta", "wrk"] as const)("%s: sums, and no process", async (name) => {
    const pids: number[] = [];
    const load: Load =
      name === "wrk"
        ? { load: { rate: "max", connections: 5 }, duration: "60s" }
        : { load: { rate: 100, connections: 10 }, duration: "60s" };
    const { result, rows } = await run(name, "delay=50ms", load, {
      at: [
        { ms: 2700, act: () => pids.push(...childrenOf(process.pid)) },
        { ms: 2900, act: ({ run }: { run: { stop(reason: string): void } }) => run.stop("enough") },
      ],
    });
    const { due, sent, completed, unsent } = result.accounting;
    expect(result.children[0].end.outcome).toBe("stopped");
    expect([completed, due]).toEqual([sent, sent + unsent]);
    expect(sent).toBeGreaterThan(0);
    expect(rows.length - sent).toBeLessThanOrEqual(name === "wrk" ? 5 : 0);
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
  });
});

/** The programs whose parent this process is. */
function childrenOf(parent: number): number[] {
  const { stdout } = Bun.spawnSync(["ps", "-o", "pid=,comm=", "--ppid", String(parent)]);
  const rows = stdout.toString().trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, command]) => /^(fortio|vegeta|wrk|sh)$/.test(command))
    .map(([pid]) => Number(pid));
}
