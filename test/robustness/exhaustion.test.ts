/** File descriptors and local ports run out: a kind of its own, one sentence, and advice in it. */
import { expect, test } from "bun:test";
import { childrenOf, startCli } from "@nightjar/cli/child-cli.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { inNamespaces, mayUnshare, serverOn } from "./namespaces.ts";

const PORTS = 10;
const PORT_ADVICE =
  "no local port is left for 127.0.0.1:8080 (net.ipv4.ip_local_port_range: 50000–50009): " +
  "keep connections alive, use more addresses, or widen the range";

const DESCRIPTOR_ADVICE =
  "this process has all files open that it may, and each connection is one: " +
  "raise the limit (ulimit -n), or use more workers or fewer connections";
const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;

function resultIn(out: string): Result {
  return resultSchema.parse(JSON.parse(out));
}

/** All that became due was answered, or failed for the one reason. */
function expectWant(result: Result, kind: string, sample: string) {
  const { errors, errorSamples, accounting, generator, verdict } = result;
  expect(generator.healthy).toBe(false);
  expect(verdict.outcome).toBe("inconclusive");
  expect(verdict.reasons[0]).toBe(`${errors[kind]} exchanges got no connection: ${sample}`);
  expect(errors).toEqual({ [kind]: accounting.failed });
  expect(errorSamples[kind].sample).toBe(sample);
  expect(accounting.failed).toBeGreaterThan(0);
  expect(accounting.completed + accounting.failed).toBe(accounting.due);
}

// Skipped where nobody may make namespaces: there is no other way to have it for real.
test.skipIf(!mayUnshare())(
  "ephemeral ports exhausted: no-ports, and what to do about it",
  async () => {
    const few = `echo "50000 ${50_000 + PORTS - 1}" > /proc/sys/net/ipv4/ip_local_port_range`;
    const server = serverOn("127.0.0.1:8080", "--behaviour delay=100ms");
    const load = "--rate 100 --requests 50 --connections 40 --workers 1";
    const { out, err } = await inNamespaces(
      `${few}
       ${server}
       "$NIGHTJAR" run http://127.0.0.1:8080/ ${load} --quiet --output json`,
    );
    expect(err).toBe("");
    const result = resultIn(out);
    expectWant(result, "no-ports", PORT_ADVICE);
    expect(result.accounting.completed).toBeGreaterThanOrEqual(PORTS);
    expect(result.connections.opened).toBeLessThanOrEqual(PORTS);
  },
  120_000,
);

// Skipped where there is no prlimit, which lowers the limit of the child alone.
test.skipIf(Bun.which("prlimit") === null)(
  "file descriptors exhausted: no-descriptors, and what to do about it",
  async () => {
    const origin = await startChildOrigin("--behaviour", "close=1");
    const load = ["--rate", "100", "--requests", "400", "--workers", "1"];
    const child = startCli(["run", `${origin.url}/`, ...load, "--output", "json"]);
    await child.untilNoted(/open loop/);
    await Bun.sleep(500);
    const [worker] = childrenOf(child.process.pid);
    expect(Bun.spawnSync(["prlimit", "--pid", `${worker}`, "--nofile=1:1"]).exitCode).toBe(0);
    const { out } = await child.ended;
    await origin.stop();
    const result = resultIn(out);
    expectWant(result, "no-descriptors", DESCRIPTOR_ADVICE);
    expect(result.accounting.completed).toBeGreaterThan(0);
  },
  120_000,
);

test("no room for the connections within the limit of files: refused at once", async () => {
  const script = 'ulimit -n 40; "$0" run http://127.0.0.1:1/ --requests 3 --quiet';
  const child = Bun.spawn(["bash", "-c", script, NIGHTJAR], { stdout: "pipe", stderr: "pipe" });
  const err = await new Response(child.stderr).text();
  expect(await child.exited).toBe(1);
  expect(err).toBe(
    "nightjar: 16 connections in one process, which may open only 40 files\n" +
      "  raise the limit (ulimit -n), or use more workers or fewer connections\n",
  );
});
