/** Services of ours at addresses, driven as one: split, started together, merged exactly. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NightjarError } from "@nightjar/core/errors.ts";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import type { Ended, Started } from "@nightjar/core/run/load-generator.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { freePort, type RunningProcess, startProcess } from "@nightjar/testkit/processes.ts";
import { type RunContext, type RunOptions, runOn, wholeOrder } from "@nightjar/testkit/runs.ts";
import { until } from "@nightjar/testkit/runs-here.ts";
import { NIGHTHAWK } from "./driver.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
const running: RunningProcess[] = [];
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log");
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await fetch(`${origin.url}/.control/log`, { method: "DELETE" });
});
afterAll(async () => {
  await origin.stop();
  rmSync(folder, { recursive: true });
});

let services = 0;

async function startService(): Promise<string> {
  const file = join(folder, `address-${services++}`);
  const flags = ["--listen", "127.0.0.1:0", "--listener-address-file", file];
  const service = await startProcess({
    name: "nighthawk-service",
    command: [process.execPath, MAIN, "nighthawk-service", ...flags],
  });
  running.push(service);
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await Bun.sleep(20);
  return readFileSync(file, "utf8").trim();
}

const startServices = (count: number) => Promise.all(Array.from({ length: count }, startService));

function driven(addresses: readonly string[], more: Partial<PlanDocument> = {}) {
  const plan = resolvePlan({
    targets: [{ url: `${origin.url}/?delay=2ms` }],
    load: { rate: 200, connections: 10 },
    duration: "2s",
    generator: "nighthawk",
    generatorAddresses: [...addresses],
    ...more,
  });
  const children = NIGHTHAWK.services!(plan);
  const generator = ensemble(children, { clock: realClock(monotonicNs), lostChild: "degrade" });
  return { plan, generator };
}

async function run(addresses: readonly string[], more = {}, options: RunOptions = {}) {
  const { plan, generator } = driven(addresses, more);
  const finished = await runOn(generator, plan, options);
  return { ...finished, rows: await readOriginLog(origin.url) };
}

const endOf = ({ events }: { events: readonly { type: string }[] }) => events.at(-1) as Ended;

/** A service's run ends with its time: on a starved machine before it has sent all. */
test("two of them: half of rate and connections each, and one exact histogram", async () => {
  const finished = await run(await startServices(2));
  const { result, rows } = finished;
  const { due, sent, completed, censored, unsent } = result.accounting;
  expect([due, sent + unsent]).toEqual([400, 400]);
  expect([rows.length, completed + censored]).toEqual([sent, sent]);
  expect(sent).toBeGreaterThan(0);
  const connections = new Set(rows.map(({ connection }) => connection)).size;
  expect(connections).toBe(Math.min(10, result.connections.opened ?? 0));
  if (unsent === 0) expect(connections).toBe(10);
  expect(result.latencyMs.service.count).toBe(completed);
  expect(result.latencyMs.service.min).toBeGreaterThanOrEqual(2);
  expect(endOf(finished).fidelity).toEqual({ kind: "histogram", relativeError: 0.001 });
  expect(result.generator.warnings.join("\n")).toContain("by its own wall clock");
  const started = finished.events[0] as Started;
  expect(started.type).toBe("started");
  expect(started.latenessNs / 1e9).toBeGreaterThanOrEqual(1.9);
});

async function stopOnceSending({ run: one }: RunContext): Promise<void> {
  await until(async () => (await readOriginLog(origin.url)).length > 20);
  one.stop("enough");
}

test("stopped: the service is told, and what it measured is kept", async () => {
  const { result, rows } = await run(
    await startServices(1),
    { duration: "60s" },
    { at: [{ ms: 0, act: (context) => void stopOnceSending(context) }] },
  );
  const { sent, completed, censored } = result.accounting;
  expect(result.children[0].end).toEqual({ outcome: "stopped", reason: "enough" });
  expect(completed + censored).toBe(sent);
  expect(sent).toBeGreaterThan(0);
  expect(rows).toHaveLength(sent);
  const before = rows.length;
  await Bun.sleep(300);
  expect(await readOriginLog(origin.url)).toHaveLength(before);
});

test("stopped twice: nobody waits", async () => {
  const finished = await run(
    await startServices(1),
    { duration: "60s" },
    {
      at: [
        { ms: 300, act: ({ run: one }) => one.stop("enough") },
        { ms: 310, act: ({ run: one }) => one.stop("now") },
      ],
    },
  );
  expect(finished.result.children[0].end).toEqual({ outcome: "stopped", reason: "enough" });
});

test("one that goes away is lost; the other goes on", async () => {
  const addresses = await startServices(2);
  const finished = await run(
    addresses,
    {},
    {
      at: [{ ms: 2500, act: () => process.kill(running[1].pid, "SIGKILL") }],
    },
  );
  const { sent, unsent, unknown, due } = finished.result.accounting;
  expect([due, unknown]).toEqual([400, 200]);
  // A machine that has much else to do may end before the last of them is sent.
  expect(sent + unsent).toBe(200);
  expect(sent).toBeGreaterThan(0);
  expect(endOf(finished).reason).toContain(`nighthawk_service at ${addresses[1]}`);
});

test("an error of the service fails the run", async () => {
  const { plan, generator } = driven(await startServices(1));
  const run = await generator.prepare(wholeOrder(plan), new AbortController().signal);
  run.start(monotonicNs() - 60e9);
  let end: Ended | undefined;
  for await (const event of run.events) if (event.type === "ended") end = event;
  expect(end?.outcome).toBe("failed");
  expect(end?.reason).toContain("Scheduled execution date already transpired");
});

test("what is no service at all is told in words", async () => {
  const finished = await run([`127.0.0.1:${origin.port}`]);
  expect(endOf(finished).reason).toEndWith(
    `nighthawk_service at 127.0.0.1:${origin.port}: what listens there speaks no gRPC`,
  );
  expect(finished.result.accounting.sent).toBe(0);
});

describe("refused", () => {
  test("nobody is there", async () => {
    const { plan, generator } = driven([`127.0.0.1:${freePort()}`]);
    const preparing = generator.prepare(wholeOrder(plan), new AbortController().signal);
    const refusal = await preparing.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NightjarError);
    expect(refusal).toMatchObject({ code: "prepare-failed" });
    expect(String(refusal)).toContain("no nighthawk_service at 127.0.0.1:");
  });

  test("what cannot be spread evenly", async () => {
    const load = { rate: 201, connections: 10 };
    const { plan, generator } = driven(["127.0.0.1:1", "127.0.0.1:2"], { load });
    const preparing = generator.prepare(wholeOrder(plan), new AbortController().signal);
    expect(await preparing.catch((error: unknown) => error)).toMatchObject({ code: "bad-plan" });
  });
});
