/** All drivers, by the name that a plan gives its generator. */
import type { Driver } from "./driver.ts";
import { FORTIO } from "./fortio/driver.ts";
import { VEGETA } from "./vegeta/driver.ts";

export const DRIVERS = {
  fortio: FORTIO,
  vegeta: VEGETA,
} as const satisfies Readonly<Record<string, Driver>>;

export type DriverName = keyof typeof DRIVERS;
