/**
 * `nightjar demo`: a real server of known behaviour, a fleet of two agents, a real run, a real
 * report; nothing but this machine is needed.
 */

import { availableParallelism } from "node:os";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Subprocess } from "bun";
import { withFleetHere } from "../fleet/fleet-here.ts";
import { readPlanInput } from "../plan-input.ts";
import type { Terminal } from "../terminal.ts";
import { testserverCommand } from "../worker-command.ts";
import { runOne } from "./run.ts";

export const DEMO_FILE = "nightjar-demo.json";

/**
 * Answers after an exponential delay: the percentiles can be checked by hand (p50 = 3.5 ms, p99 =
 * 23 ms).
 */
const BEHAVIOUR = "delay=exp:5ms";
const READY_LIMIT_MS = 10_000;
const AGENTS = 2;
/** Of this machine; with fewer cores two agents that spin leave none for the server. */
const CORES_TO_SPIN = 4;

const FLAGS = {
  rate: "400",
  duration: "10s",
  connections: "50",
  workers: "1",
  name: "demo",
  idle: availableParallelism() < CORES_TO_SPIN ? "sleep" : "auto",
  threshold: ["errors < 1%", "achieved > 99%"],
  output: [`json=${DEMO_FILE}`],
} as const;

export async function demo(terminal: Terminal): Promise<number> {
  const flags = ["--port", "0", "--behaviour", BEHAVIOUR, "--until-eof"];
  const server = Bun.spawn(testserverCommand(flags), {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const url = await readyUrl(server);
    terminal.note(`test server: ${url}, which answers after ${BEHAVIOUR.split("=")[1]}`);
    const input = readPlanInput(url, FLAGS);
    const code = await withFleetHere(AGENTS, (venue) => runOne(input, venue, FLAGS, terminal));
    terminal.note(`the whole result is in ${DEMO_FILE}`);
    return code;
  } finally {
    server.stdin.end();
    await server.exited;
  }
}

/** The server's first line names its URL. */
async function readyUrl(server: Subprocess<"pipe", "pipe", "inherit">): Promise<string> {
  const timer = setTimeout(() => server.kill(), READY_LIMIT_MS);
  let text = "";
  for await (const chunk of server.stdout) {
    text += new TextDecoder().decode(chunk);
    const url = /listening on (\S+)\n/.exec(text)?.[1];
    if (url !== undefined) {
      clearTimeout(timer);
      return url;
    }
  }
  throw new NightjarError(
    "prepare-failed",
    `the test server did not start: ${text.trim() || "no word"}`,
  );
}
