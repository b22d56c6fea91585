/** What the bench ran on: each line of the history says it. */
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { type Part, type PartName, parts } from "@nightjar/testkit/parts.ts";

export interface BenchMachine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly bun: string;
  /** Of the checkout, with a + where files differ from it. */
  readonly commit: string;
  readonly parts: Readonly<Record<string, string>>;
}

export function describeMachine(used: readonly PartName[]): BenchMachine {
  const { cpu, cores, kernel, bun } = watchEnvironment()();
  const versions = [...new Set(used)].map((name) => [name, versionOf(name)]);
  return { cpu, cores, kernel, bun, commit: commit(), parts: Object.fromEntries(versions) };
}

function commit(): string {
  const hash = output(["git", "rev-parse", "--short", "HEAD"]);
  const isChanged = output(["git", "status", "--porcelain", "--", "packages"]) !== "";
  return `${hash}${isChanged ? "+" : ""}`;
}

function versionOf(name: PartName): string {
  const { source, version }: Part = parts[name];
  if (source.kind !== "debian") return version;
  return /^Version: (.+)$/m.exec(output(["dpkg-query", "-s", source.package]))?.[1] ?? "unknown";
}

function output(command: string[]): string {
  if (!Bun.which(command[0])) return "";
  return Bun.spawnSync(command, { cwd: import.meta.dir })
    .stdout.toString()
    .trim();
}
