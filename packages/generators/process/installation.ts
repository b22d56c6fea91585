/** Installation: the program of a driver as it is on this machine, and how one gets it. */
import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { NightjarError } from "@nightjar/core/errors.ts";
import { ToolProcess } from "./tool-process.ts";

export interface Program {
  /** As it is called on the PATH. */
  readonly name: string;
  /** Of the environment: the path of the program, instead of the PATH. */
  readonly variable: string;
  readonly versionFlags: readonly string[];
  /** Finds the version in what it says to them, wherever it says it. */
  readonly versionPattern: RegExp;
  /** What another program says that is called the same: what is wrong with it. */
  readonly mistakenFor?: (said: string) => string | undefined;
  /** One sentence. */
  readonly howToGet: string;
}

export interface Installation {
  readonly path: string;
  /** `unknown` where the program does not say it in a way that we read. */
  readonly version: string;
}

export const UNKNOWN_VERSION = "unknown";
const VERSION_LIMIT_MS = 5000;
const LONGEST_VERSION = 40;

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `file`, with how to get it, where there is no such program, or another of its name. */
export async function findInstallation(
  program: Program,
  environment: Environment = process.env,
): Promise<Installation> {
  const path = pathOf(program, environment);
  const said = await ofItself(path, program);
  const fault = program.mistakenFor?.(said);
  if (fault !== undefined) {
    const place = environment[program.variable] ? `${program.variable}=${path}` : path;
    throw new NightjarError("file", `${place}: ${fault}`, program.howToGet);
  }
  return { path, version: versionIn(said, program) };
}

function pathOf({ name, variable, howToGet }: Program, environment: Environment): string {
  const named = environment[variable];
  if (named !== undefined && named !== "") {
    const fault = faultOf(named);
    if (fault === undefined) return resolve(named);
    throw new NightjarError("file", `${variable}=${named}: ${fault}`, howToGet);
  }
  const found = Bun.which(name, { PATH: environment.PATH ?? "" });
  if (found !== null) return resolve(found);
  const message = `${name} is not on the PATH, and ${variable} does not name it`;
  throw new NightjarError("file", message, howToGet);
}

function faultOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return "there is no such file";
  if (!stat.isFile()) return "it is not a file";
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return "it may not be executed";
  }
}

/** One that says nothing of itself, or hangs, is still a program that may run. */
async function ofItself(path: string, { versionFlags }: Program): Promise<string> {
  const asked = new ToolProcess([path, ...versionFlags], {});
  const timer = setTimeout(() => asked.kill(), VERSION_LIMIT_MS);
  await asked.exited;
  clearTimeout(timer);
  return asked.stdout.text + asked.stderr.text;
}

function versionIn(said: string, { versionPattern }: Program): string {
  return versionPattern.exec(said)?.[1].slice(0, LONGEST_VERSION) ?? UNKNOWN_VERSION;
}
