/**
 * Runs one set of tests: bun scripts/run-tests.ts npm|parts (through scripts/test.sh, which
 * installs first). `*.parts.test.ts` need real parts and are the set "parts"; all others, and the
 * static checks, are "npm".
 *
 * Each file runs in a process of its own, so that one that crashes, hangs or leaves something
 * behind harms no other; `*.timed.test.ts` run last, one after another. The last line is "N passed,
 * N failed, N skipped".
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, type FileReport, reportOf, sum } from "./test-report.ts";

/** Only what hangs takes so long: a machine that other work keeps busy is slow. */
const TEST_LIMIT_MS = 120_000;
/** A file that spins is beyond the reach of a limit on its tests. */
const FILE_LIMIT_MS = 12 * 60_000;
const RUNS_FILE = "runs.txt";

const checks: Record<string, string[]> = {
  "types (tsc)": ["node_modules/.bin/tsc", "--noEmit", "-p", "."],
  "format and lint (biome)": ["node_modules/.bin/biome", "check", "."],
};

function testFiles(isParts: boolean): string[] {
  const glob = new Bun.Glob("{packages,test,scripts,bench}/**/*.test.ts");
  const files = [...glob.scanSync({ dot: false })].filter((file) => !file.includes("node_modules"));
  return files.filter((file) => file.endsWith(".parts.test.ts") === isParts).sort();
}

async function runCheck(name: string, command: string[]): Promise<FileReport> {
  console.log(`\n${name}`);
  const passed = (await run(command, {})).exitCode === 0;
  const note = passed ? [] : [`failed: ${name}`];
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, notes: note };
}

async function runFile(file: string, shelf: string): Promise<FileReport> {
  const folder = mkdtempSync(join(shelf, "file-"));
  const junitFile = join(folder, "junit.xml");
  const notMeasuredFile = join(folder, "not-measured.txt");
  const reporter = ["--reporter=junit", `--reporter-outfile=${junitFile}`];
  const command = [
    process.execPath,
    "test",
    "--no-orphans",
    `--timeout=${TEST_LIMIT_MS}`,
    ...reporter,
    `./${file}`,
  ];
  const { exitCode, said } = await run(command, {
    NIGHTJAR_NOT_MEASURED_FILE: notMeasuredFile,
    NIGHTJAR_RUNS_FILE: join(shelf, RUNS_FILE),
  });
  const notMeasured = (readIfThere(notMeasuredFile) ?? "")
    .split("\n")
    .filter((line) => line !== "");
  const isCi = process.env.CI === "true";
  return reportOf({ file, exitCode, said, junit: readIfThere(junitFile), notMeasured, isCi });
}

interface Ended {
  exitCode: number;
  said: string;
}

/** What it prints is shown when it has ended, so that files that run side by side do not mix. */
async function run(command: string[], env: Record<string, string>): Promise<Ended> {
  const child = Bun.spawn(command, {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env },
    timeout: FILE_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const exitCode = await child.exited;
  const said = (await Promise.all(texts)).join("");
  process.stdout.write(said);
  return { exitCode, said };
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** At most so many at once; the reports in the order of the jobs. */
async function inParallel<T>(most: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    while (next < jobs.length) {
      const at = next++;
      results[at] = await jobs[at]();
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
  return results;
}

/** Timed files last and one by one: they want the machine for themselves. */
async function runSet(isParts: boolean, shelf: string): Promise<FileReport[]> {
  const files = testFiles(isParts);
  const timed = files.filter((file) => file.includes(".timed."));
  const others = files.filter((file) => !file.includes(".timed."));
  const checkJobs = isParts
    ? []
    : Object.entries(checks).map(
        ([name, command]) =>
          () =>
            runCheck(name, command),
      );
  const jobs = [...checkJobs, ...others.map((file) => () => runFile(file, shelf))];
  const reports = await inParallel(availableParallelism(), jobs);
  for (const file of timed) reports.push(await runFile(file, shelf));
  return reports;
}

/** How many of the runs that the suite itself made were not fit to measure, and why. */
function sayHealth(shelf: string): void {
  const lines = (readIfThere(join(shelf, RUNS_FILE)) ?? "")
    .split("\n")
    .filter((line) => line !== "");
  const unhealthy = lines.filter((line) => line !== "healthy");
  console.log(`runs of the suite: ${lines.length}, of which unhealthy: ${unhealthy.length}`);
  for (const line of unhealthy) console.log(`  ${line}`);
}

const set = process.argv[2];
if (set !== "npm" && set !== "parts") throw new Error(`which tests? npm or parts, not ${set}`);
const shelf = mkdtempSync(join(tmpdir(), "nightjar-tests-"));
const reports = await runSet(set === "parts", shelf);
const total = sum(reports);
console.log("");
sayHealth(shelf);
rmSync(shelf, { recursive: true, force: true });
for (const { notes } of reports) for (const note of notes) console.log(note);
if (total.passed + total.failed === 0) console.log("no test ran");
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
console.log(closingLine(total));
