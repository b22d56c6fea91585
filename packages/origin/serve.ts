/** An origin as a command: says where it listens, and runs until it is told to stop. */
import { type OriginOptions, startOrigin } from "./origin.ts";

export interface ServeOptions extends OriginOptions {
  /** Where to write the certificate (PEM), for clients that shall trust it. Only with `tls`. */
  certificateFile?: string;
  /** What ends it; SIGINT or SIGTERM without. */
  stopped?: Promise<void>;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

/**
 * Prints one line, `testserver listening on http://127.0.0.1:PORT`, when connections are taken and
 * the certificate is written. Resolves after SIGINT or SIGTERM (or `stopped`), with nothing left
 * that would keep the process alive.
 */
export async function serveOrigin(options: ServeOptions): Promise<void> {
  const stopped = options.stopped ?? stopSignal();
  const origin = await startOrigin(options);
  if (options.certificateFile !== undefined && origin.certificatePem !== undefined)
    await Bun.write(options.certificateFile, origin.certificatePem);
  console.log(`testserver listening on ${origin.url}`);
  await stopped;
  await origin.stop();
}
