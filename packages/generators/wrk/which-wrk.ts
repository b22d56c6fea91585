/** wrk or wrk2: both are called `wrk`. One keeps to a rate, and has an option for it. */
const USAGE = /^Usage: wrk /m;
const RATE = /^\s*-R, --rate\b/m;

/** `said`: the usage that they print behind their version. */
export function isWrk(said: string): boolean {
  return USAGE.test(said) && !RATE.test(said);
}

export function isWrk2(said: string): boolean {
  return USAGE.test(said) && RATE.test(said);
}
