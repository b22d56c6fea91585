/**
 * A worker from the sources, without the CLI around it, and so a third of the start:
 * `bun worker-main.ts [spin|sleep]`. Sockets that still close do not keep it alive.
 */
import { runWorker } from "./worker.ts";

try {
  await runWorker({ spin: process.argv[2] === "spin" });
  process.exit(0);
} catch (error) {
  process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
