/** `nightjar demo` as a newcomer sees it. */
import { afterAll, expect, test } from "bun:test";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { childrenOf, cli, makeFolder, startCli, survivors } from "./child-cli.ts";
import { DEMO_FILE } from "./commands/demo.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

/** Whether it can be judged is the machine's doing, and other tests run beside this one. */
test("tells its report, keeps its promises, and leaves its result in a file", async () => {
  const { code, out, err } = await cli(["demo"], { cwd: folder.path });
  expect([0, 98]).toContain(code);
  expect(out).toMatch(/^(PASS {2}all 2 thresholds hold|INCONCLUSIVE)/);
  expect(err).toContain("test server: http://127.0.0.1:");
  expect(err).toContain(`the whole result is in ${DEMO_FILE}`);
  const result = resultSchema.parse(JSON.parse(folder.read(DEMO_FILE)));
  expect(result.accounting).toMatchObject({ due: 4000, unknown: 0 });
  expect(result.children.map(({ agent }) => agent?.name)).toEqual(["agent-1", "agent-2"]);
  if (code === 98) return;
  expect(result.accounting.completed).toBe(4000);
  expect(result.thresholds.map(({ ok }) => ok)).toEqual([true, true]);
}, 120_000);

test("Ctrl-C ends it and its server, with what was measured", async () => {
  const child = startCli(["demo"], { cwd: folder.path });
  await child.untilNoted(/of 10s/);
  const processes = childrenOf(child.process.pid);
  // The server, and a worker of each agent.
  expect(processes).toHaveLength(3);
  for (const pid of [...processes, child.process.pid]) process.kill(pid, "SIGINT");
  const { code, out } = await child.ended;
  expect(code).toBe(130);
  expect(out).toMatch(/^INCONCLUSIVE/);
  expect(await survivors(processes)).toEqual([]);
});

test("a folder that cannot be written is refused before load is sent", async () => {
  const { code, out, err } = await cli(["demo"], { cwd: "/proc" });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`nightjar: --output: ${DEMO_FILE}: `);
});
