/**
 * Runs one set of tests: bun scripts/run-tests.ts npm|parts (through scripts/test.sh, which
 * installs first). `*.parts.test.ts` need real parts and are the set "parts"; all others, and the
 * static checks, are "npm".
 *
 * Each file runs in a process of its own, so that one that crashes, hangs or leaves something
 * behind harms no other. The last line is "N passed, N failed, N skipped".
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, type FileReport, reportOf, sum } from "./test-report.ts";

const TEST_LIMIT_MS = 60_000;
const FILE_LIMIT_MS = 20 * 60_000;

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
  const passed = (await run(command, {})) === 0;
  const note = passed ? [] : [`failed: ${name}`];
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, notes: note };
}

async function runFile(file: string, folder: string): Promise<FileReport> {
  const junitFile = join(folder, "junit.xml");
  const notMeasuredFile = join(folder, "not-measured.txt");
  for (const stale of [junitFile, notMeasuredFile]) rmSync(stale, { force: true });
  const reporter = ["--reporter=junit", `--reporter-outfile=${junitFile}`];
  const command = [
    process.execPath,
    "test",
    "--no-orphans",
    `--timeout=${TEST_LIMIT_MS}`,
    ...reporter,
    `./${file}`,
  ];
  const exitCode = await run(command, { NIGHTJAR_NOT_MEASURED_FILE: notMeasuredFile });
  const notMeasured = (readIfThere(notMeasuredFile) ?? "")
    .split("\n")
    .filter((line) => line !== "");
  const isCi = process.env.CI === "true";
  return reportOf({ file, exitCode, junit: readIfThere(junitFile), notMeasured, isCi });
}

async function run(command: string[], env: Record<string, string>): Promise<number> {
  const child = Bun.spawn(command, {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    env: { ...process.env, ...env },
    timeout: FILE_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  return child.exited;
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

async function runSet(isParts: boolean): Promise<FileReport[]> {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-tests-"));
  const reports: FileReport[] = [];
  try {
    if (!isParts) {
      for (const [name, command] of Object.entries(checks))
        reports.push(await runCheck(name, command));
    }
    for (const file of testFiles(isParts)) reports.push(await runFile(file, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return reports;
}

const set = process.argv[2];
if (set !== "npm" && set !== "parts") throw new Error(`which tests? npm or parts, not ${set}`);
const reports = await runSet(set === "parts");
const total = sum(reports);
console.log("");
for (const { notes } of reports) for (const note of notes) console.log(note);
if (total.passed + total.failed === 0) console.log("no test ran");
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
console.log(closingLine(total));
