/** A server that goes and comes back in a run: what fails says why, and the rest is well. */
import { expect, test } from "bun:test";
import { engine } from "@nightjar/engine/engine.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { type RunContext, runOn } from "@nightjar/testkit/runs.ts";

const RATE = 100;
const DOWN_MS = 300;
/** The interval that is looked at in the end lies wholly after the server has come back. */
const SETTLED_MS = 2200;
/** What an exchange may meet, before, while and after nobody listens. */
const EXPECTED = ["closed-before-answer", "closed-mid-answer", "connect-refused", "reset"];

test("server restarted mid-run: the outcome is stated, and the run recovers", async () => {
  const port = freePort();
  const origins: ChildOrigin[] = [await startChildOrigin("--port", `${port}`)];
  const restart = async ({ run }: RunContext) => {
    await origins[0].stop();
    await Bun.sleep(DOWN_MS);
    origins.push(await startChildOrigin("--port", `${port}`));
    await Bun.sleep(SETTLED_MS);
    run.stop("it has come back");
  };
  const { result } = await runOn(
    engine({ spin: false }),
    {
      targets: [{ url: `http://127.0.0.1:${port}/?delay=5ms` }],
      load: { rate: RATE, connections: 10 },
      duration: "30s",
    },
    { at: [{ ms: 500, act: (context) => void restart(context) }] },
  );
  await origins[1].stop();
  const { errors, accounting, errorSamples, series, connections } = result;
  for (const kind of Object.keys(errors)) expect(EXPECTED).toContain(kind);
  expect(errors["connect-refused"]).toBeGreaterThan(0);
  expect(errorSamples["connect-refused"].sample).toBe(`127.0.0.1:${port} refused the connection`);
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  expect(accounting).toMatchObject({ failed, dropped: 0, unknown: 0, censored: 0 });
  // On a starved machine some still wait when it is stopped.
  expect(accounting.completed + failed + accounting.unsent).toBe(accounting.due);
  expect(connections.opened).toBeGreaterThan(1);

  // The last row may be of a part of a second.
  const settled = series.at(-2);
  expect(settled?.errors).toBe(0);
  expect(settled?.ratePerS).toBeGreaterThan(0);
}, 120_000);
