/**
 * The clients of the bench, as data: each by the command that gets the most out of one core. All
 * ask for the same answer over connections that are kept.
 *
 * `GOMAXPROCS` of the Go clients is the better of 1 and 2 on one core (`npm run bench -- go`).
 */
import { join } from "node:path";
import { type PartName, requirePart } from "@nightjar/testkit/parts.ts";
import {
  type Reading,
  readAb,
  readAutocannon,
  readFortio,
  readH2load,
  readHey,
  readNightjar,
  readVegeta,
  readWrk,
} from "./reading.ts";

export interface Job {
  readonly url: string;
  readonly durationS: number;
  readonly connections: number;
  /** A folder for files of the run; `targets` in it is a request as vegeta reads it. */
  readonly folder: string;
}

export interface Client {
  readonly name: string;
  /** All that it needs of what is not ours. */
  readonly parts: readonly PartName[];
  readonly env?: Readonly<Record<string, string>>;
  command(job: Job): string[];
  /** Prints what `read` reads, where the command itself does not; its time is not counted. */
  report?(job: Job): string[];
  read(printed: string): Reading;
}

const ROOT = join(import.meta.dir, "..");

/** As `./nightjar` starts it. */
export const NIGHTJAR = [
  process.execPath,
  ...["--config=/dev/null", "--no-env-file", "--no-install"],
  join(ROOT, "packages/cli/main.ts"),
];

/** `nightjar run` of a job with one worker and all that it records, and `options`. */
export function nightjar(name: string, options: readonly string[]): Client {
  return {
    name,
    parts: [],
    command: ({ url, durationS, connections }) => [
      ...[...NIGHTJAR, "run", url, "--quiet", "--output", "json", "--insecure"],
      ...["--connections", String(connections), "--duration", `${durationS}s`],
      ...options,
    ],
    read: readNightjar,
  };
}

export const NIGHTJAR_MAX = nightjar("nightjar", ["--rate", "max", "--workers", "1"]);

export const WRK: Client = {
  name: "wrk",
  parts: ["wrk"],
  command: ({ url, durationS, connections }) => [
    ...[requirePart("wrk"), "-t1", `-c${connections}`, `-d${durationS}s`, url],
  ],
  read: readWrk,
};

export const FORTIO: Client = {
  name: "fortio",
  parts: ["fortio"],
  env: { GOMAXPROCS: "1" },
  command: ({ url, durationS, connections }) => [
    ...[requirePart("fortio"), "load", "-quiet", "-loglevel", "error", "-json", "-"],
    ...["-qps", "0", "-c", String(connections), "-t", `${durationS}s`, "-https-insecure", url],
  ],
  read: readFortio,
};

/** It speaks HTTP/1.0 with keep-alive; nginx answers it as it does others, on kept connections. */
export const AB: Client = {
  name: "ab",
  parts: ["ab"],
  command: ({ url, durationS, connections }) => [
    ...[requirePart("ab"), "-k", "-q", "-c", String(connections)],
    // The count comes last: -t sets it to 50,000.
    ...["-t", String(durationS), "-n", "5000000", url],
  ],
  read: readAb,
};

export const H2LOAD: Client = {
  name: "h2load",
  parts: ["h2load"],
  command: ({ url, durationS, connections }) => [
    ...[requirePart("h2load"), "--h1", "-t1", "-m1", `-c${connections}`, "-D", String(durationS)],
    url,
  ],
  read: readH2load,
};

export const HEY: Client = {
  name: "hey",
  parts: ["hey"],
  env: { GOMAXPROCS: "1" },
  command: ({ url, durationS, connections }) => [
    ...[requirePart("hey"), "-z", `${durationS}s`, "-c", String(connections)],
    ...["-disable-compression", "-disable-redirects", url],
  ],
  read: readHey,
};

export const VEGETA: Client = {
  name: "vegeta",
  parts: ["vegeta"],
  env: { GOMAXPROCS: "1" },
  command: ({ durationS, connections, folder }) => [
    ...[requirePart("vegeta"), "attack", "-targets", join(folder, "targets"), "-rate", "0"],
    ...["-workers", String(connections), "-max-workers", String(connections)],
    ...["-connections", String(connections), "-duration", `${durationS}s`, "-max-body", "0"],
    ...["-redirects", "-1", "-output", join(folder, "results")],
  ],
  report: ({ folder }) => [
    ...[requirePart("vegeta"), "report", "-type", "json", join(folder, "results")],
  ],
  read: readVegeta,
};

export const AUTOCANNON: Client = {
  name: "autocannon",
  parts: ["autocannon"],
  command: ({ url, durationS, connections }) => [
    ...[requirePart("autocannon"), "-c", String(connections), "-d", String(durationS), "-j"],
    ...["--no-progress", url],
  ],
  read: readAutocannon,
};

/** The two that Musts are about first. */
export const PEERS: readonly Client[] = [WRK, FORTIO, H2LOAD, AB, HEY, VEGETA, AUTOCANNON];

export const GO_CLIENTS: readonly Client[] = [FORTIO, HEY, VEGETA];
