/**
 * Faults that nobody catches end the process. While the main module awaits something, which here it
 * does all its life, Bun 1.4.5 prints such an error and goes on: a worker whose driver has thrown
 * would send nothing more and never end.
 */

/** Rejects with the first error of a callback, or of a promise that is left alone. */
export function uncaughtFault(): Promise<never> {
  return new Promise((_, reject) => {
    // Gone after the first, or the rejection of the main module would be caught here too.
    const hear = (error: unknown) => {
      process.off("uncaughtException", hear);
      process.off("unhandledRejection", hear);
      reject(error);
    };
    process.on("uncaughtException", hear);
    process.on("unhandledRejection", hear);
  });
}
