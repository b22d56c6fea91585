/** All drivers, by the name that a plan gives its generator. */
import type { Driver } from "./driver.ts";
import { FORTIO } from "./fortio/driver.ts";
import { NIGHTHAWK } from "./nighthawk/driver.ts";
import { VEGETA } from "./vegeta/driver.ts";
import { WRK } from "./wrk/driver.ts";
import { WRK2 } from "./wrk2/driver.ts";

export const DRIVERS = {
  nighthawk: NIGHTHAWK,
  fortio: FORTIO,
  vegeta: VEGETA,
  wrk2: WRK2,
  wrk: WRK,
} as const satisfies Readonly<Record<string, Driver>>;

export type DriverName = keyof typeof DRIVERS;
