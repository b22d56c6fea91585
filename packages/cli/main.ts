#!/usr/bin/env bun
/**
 * The binary and only composition root: hands the outside world to the commands, and turns what
 * they say into an exit code.
 */
import { EXIT } from "@nightjar/core/errors.ts";
import { runWorker } from "@nightjar/engine/worker.ts";
import { uncaughtFault } from "@nightjar/host/uncaught-fault.ts";
import { build } from "./commands/build.ts";
import { completion } from "./commands/completion.ts";
import { convert } from "./commands/convert.ts";
import { explainFile } from "./commands/explain.ts";
import { nighthawkOutputTransform } from "./commands/nighthawk-output-transform.ts";
import { planCheck } from "./commands/plan-check.ts";
import { run } from "./commands/run.ts";
import { testserver } from "./commands/testserver.ts";
import { complain } from "./complaint.ts";
import type { Flags } from "./plan-flags.ts";
import { makeProgram } from "./program.ts";
import { flushStreams, helpStyle, note, terminalFor, watchStreams } from "./terminal.ts";

async function main(): Promise<number> {
  let code: number = EXIT.pass;
  // gRPC takes longer to load than all else together, and NATS its time: loaded by who needs it.
  const handlers = {
    async run(flags: Flags, source: string) {
      code = await run(source, flags, terminalFor(flags));
    },
    async "run collect"(flags: Flags, id: string) {
      const { runCollect } = await import("./commands/run-collect.ts");
      code = await runCollect(id, flags, terminalFor(flags));
    },
    async explain(flags: Flags, result: string) {
      await explainFile(result, terminalFor(flags));
    },
    async demo() {
      const { demo } = await import("./commands/demo.ts");
      code = await demo(terminalFor({}));
    },
    async "plan check"(flags: Flags, source: string) {
      planCheck(source, flags, terminalFor(flags));
    },
    async convert(flags: Flags, file: string) {
      await convert(file, flags, terminalFor(flags));
    },
    async generators(flags: Flags) {
      const { listGenerators } = await import("./commands/generators.ts");
      await listGenerators(flags, terminalFor(flags));
    },
    async agent(flags: Flags) {
      const { agent } = await import("./commands/agent.ts");
      code = await agent(flags, terminalFor(flags));
    },
    async agents(flags: Flags) {
      const { listAgents } = await import("./commands/agents.ts");
      await listAgents(flags, terminalFor(flags));
    },
    testserver,
    async "nighthawk-service"(flags: Flags) {
      const { nighthawkService } = await import("./commands/nighthawk-service.ts");
      await nighthawkService(flags, terminalFor(flags));
    },
    async "nighthawk-output-transform"(flags: Flags) {
      code = await nighthawkOutputTransform(flags);
    },
    async completion(_: Flags, shell: string) {
      completion(shell, terminalFor({}));
    },
    async build(flags: Flags) {
      await build(flags, terminalFor(flags));
    },
  };
  try {
    const program = makeProgram({ handlers, worker: work, style: helpStyle });
    await Promise.race([program.parseAsync(process.argv), uncaughtFault()]);
    await flushStreams();
    return code;
  } catch (error) {
    return complain(error, note);
  }
}

/** The parent decides what a signal to the whole group means; when it is gone, the pipe ends. */
function work(idle: string): Promise<void> {
  return runWorker({ spin: idle === "spin" });
}

watchStreams();
const code = await main();
await flushStreams().catch(() => {});
process.exit(code);
