/** The worker process: the engine, served over standard input and output. */
import { serve } from "@nightjar/core/run/remote.ts";
import { uncaughtFault } from "@nightjar/host/uncaught-fault.ts";
import { type EngineOptions, engine } from "./engine.ts";
import { PipeLink } from "./pipe-link.ts";

/**
 * Ends when the parent has closed its end, or has died: then nothing more is sent. Throws what
 * nobody else has caught: the parent hears of a worker that is lost, and why.
 */
export async function runWorker(options: EngineOptions): Promise<void> {
  // A signal reaches the whole group; what it means is decided by the parent.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const out = Bun.stdout.writer();
  const link = new PipeLink({
    input: Bun.stdin.stream(),
    write: (bytes) => {
      out.write(bytes);
      return out.flush();
    },
    end: () => out.end(),
  });
  await Promise.race([serve(engine(options), link), uncaughtFault()]);
}
