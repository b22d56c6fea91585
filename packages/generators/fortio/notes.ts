/** What a person should know of how fortio measures. */

export const FORTIO_NOTES = [
  "fortio: service is from the call on; it includes the connection's opening, where there was one",
  "fortio: each connection keeps a schedule of its own: none takes over from one that is busy",
];

export const AFTER_ERRORS =
  "fortio: of answers other than 2xx and 418 it reads the status alone, and closes the connection";

/** The first attempt is in no count of fortio's. */
export function repeated(times: number): string[] {
  if (times === 0) return [];
  const calls = times === 1 ? "1 call" : `${times} calls`;
  return [`fortio: ${calls} were sent twice: what fails on a used connection it repeats, unsaid`];
}
