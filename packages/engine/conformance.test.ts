/** The engine at every distance keeps to what a LoadGenerator is. */

import { uniform } from "@nightjar/core/random.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { type EnsembleOptions, ensemble } from "@nightjar/core/run/ensemble.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { memoryLink, type Transport } from "@nightjar/core/run/memory-link.ts";
import { remote, serve } from "@nightjar/core/run/remote.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { conformance, type Subject } from "@nightjar/testkit/conformance.ts";
import { workerCommand } from "@nightjar/testkit/runs.ts";
import { ENGINE_CAPABILITIES, engine } from "./engine.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

const options: EnsembleOptions = { clock: realClock(monotonicNs), lostChild: "degrade" };

function started(count: number, make: (generators: LoadGenerator[]) => LoadGenerator): Subject {
  const workers = Array.from({ length: count }, () => startWorker(workerCommand("sleep")));
  const generator = make(workers.map((worker) => worker.generator));
  return {
    generator,
    pids: workers.map((worker: WorkerProcess) => worker.pid),
    dispose: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** Repeats some messages, and delays each for itself, so that they overtake one another. */
function badTransport(seed: number): Transport {
  let count = 0;
  return (message, deliver) => {
    const index = count++;
    const times = uniform(seed, 1, index) < 0.4 ? 2 : 1;
    for (let copy = 0; copy < times; copy++) {
      setTimeout(() => deliver(message), uniform(seed, 2 + copy, index) * 40);
    }
  };
}

let links = 0;

/** The engine behind a link that repeats, delays and reorders. */
function behindBadLink(): Subject {
  const seed = ++links;
  const [parent, child] = memoryLink(badTransport(seed), badTransport(seed + 1000));
  void serve(engine({ spin: false }), child);
  return {
    generator: remote(ENGINE_CAPABILITIES, parent),
    looseStart: true,
    dispose: async () => parent.close("the test is over"),
  };
}

conformance("the engine in this process", () => ({
  generator: engine({ spin: false }),
  dispose: async () => {},
}));

conformance("a worker process", () => started(1, ([only]) => only));

conformance("an ensemble of workers", () => started(3, (workers) => ensemble(workers, options)));

conformance("an ensemble of ensembles", () =>
  started(3, ([a, b, c]) => ensemble([ensemble([a, b], options), ensemble([c], options)], options)),
);

conformance("an engine behind a bad link", behindBadLink);
