/** A worker from the sources, without the CLI around it: `bun worker-main.ts [spin|sleep]`. */
import { runWorker } from "./worker.ts";

await runWorker({ spin: process.argv[2] === "spin" });
