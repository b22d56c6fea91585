/** Ctrl-C and SIGTERM: the bench stops what it has started, then ends. */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Aborted by the first signal, with `Interrupted`. A second one ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const handler = (): void => {
    controller.abort(new Interrupted());
    for (const name of SIGNALS) process.off(name, handler);
  };
  for (const name of SIGNALS) process.on(name, handler);
  return controller.signal;
}
