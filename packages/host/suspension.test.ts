import { expect, test } from "bun:test";
import { suspendedNs, watchSuspension } from "./suspension.ts";

const MODULE = new URL("./suspension.ts", import.meta.url).pathname;
const HOUR_S = 3600;
/** A time namespace, in which the time since the start of the machine is another. */
const LATER = ["unshare", "--map-root-user", "--time", "--fork", "--boottime", `${HOUR_S}`];

const maySetClocks =
  process.platform === "linux" &&
  Bun.which("unshare") !== null &&
  Bun.spawnSync([...LATER, "true"]).exitCode === 0;

test("a machine that is awake is not suspended", () => {
  const since = watchSuspension();
  if (process.platform !== "linux") expect(since()).toBeNull();
  else expect(since()).toBeLessThan(1000);
});

// Skipped where nobody may make time namespaces: there is no other way to have it for real.
test.skipIf(!maySetClocks)("a machine that has slept for an hour says so", async () => {
  const script =
    "const { suspendedNs } = await import(process.argv[1]); console.log(suspendedNs())";
  const child = Bun.spawn([...LATER, process.execPath, "-e", script, MODULE], { stdout: "pipe" });
  const sleptNs = Number(await new Response(child.stdout).text()) - (suspendedNs() ?? 0);
  expect(Math.abs(sleptNs / 1e9 - HOUR_S)).toBeLessThan(1);
});
