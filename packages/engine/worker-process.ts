/** The parent's side of a worker process: a LoadGenerator at the other end of a pipe. */
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { remote } from "@nightjar/core/run/remote.ts";
import type { Subprocess } from "bun";
import { ENGINE_CAPABILITIES } from "./engine.ts";
import { PipeLink } from "./pipe-link.ts";

export interface WorkerProcess {
  readonly pid: number;
  readonly generator: LoadGenerator;
  /** Asks it to go by closing the pipe; kills it when it has not gone within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 2000;
const MAX_STDERR_LENGTH = 4000;

/** `command` runs `runWorker` in a process of its own. */
export function startWorker(command: readonly string[]): WorkerProcess {
  const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  const stderr = collect(child.stderr);
  const link = new PipeLink({
    input: child.stdout,
    write: (bytes) => {
      child.stdin.write(bytes);
      return child.stdin.flush();
    },
    end: () => child.stdin.end(),
    farewell: farewellOf(child, stderr),
  });
  return {
    pid: child.pid,
    generator: remote(ENGINE_CAPABILITIES, link),
    async stop(graceMs = DEFAULT_GRACE_MS) {
      link.close("the run is over");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

/** How the process ended, with the last that it said. */
async function farewellOf(child: Subprocess, stderr: Promise<string>): Promise<string> {
  const code = await child.exited;
  const said = (await stderr).trim();
  const how = child.signalCode ? `was killed by ${child.signalCode}` : `exited with code ${code}`;
  return `its process ${child.pid} ${how}${said === "" ? "" : `: ${said}`}`;
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    if (text.length < MAX_STDERR_LENGTH) text += decoder.decode(chunk, { stream: true });
  }
  return text.slice(0, MAX_STDERR_LENGTH);
}
