import { expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { wholeOrder, workerCommand } from "@nightjar/testkit/runs.ts";
import { demandOpenFiles, openFilesLimit } from "./open-files.ts";
import { startWorker } from "./worker-process.ts";

test("as many connections as the process may open files, less some, are allowed", () => {
  demandOpenFiles(936, 1, 1000);
  expect(() => demandOpenFiles(937, 1, 1000)).toThrow("937 connections in one process");
  demandOpenFiles(100_000, 1, null);
});

test("each connection of the plan may be one to each authority", () => {
  demandOpenFiles(312, 3, 1000);
  expect(() => demandOpenFiles(313, 3, 1000)).toThrow(
    "313 connections to each of 3 authorities in one process, which may open only 1000 files",
  );
});

test("the limit of this process is known on Linux", () => {
  if (process.platform === "linux") expect(openFilesLimit()).toBeGreaterThan(64);
});

test("a worker that could not open its connections refuses the run", async () => {
  const shell = ["sh", "-c", 'ulimit -n 200; exec "$@"', "sh"];
  const worker = startWorker([...shell, ...workerCommand("sleep")]);
  const targets = [{ url: "http://127.0.0.1:1/" }];
  const order = wholeOrder(resolvePlan({ targets, load: { connections: 500 } }));
  const preparing = worker.generator.prepare(order, new AbortController().signal);
  expect(preparing).rejects.toMatchObject({
    name: "NightjarError",
    code: "prepare-failed",
    message: "500 connections in one process, which may open only 200 files",
  });
  await preparing.catch(() => {});
  await worker.stop();
});
