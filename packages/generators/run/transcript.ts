/** What another program was told and said, as it may be shown. */
import { REDACTED } from "@nightjar/core/plan/header-secrecy.ts";
import type { Transcript } from "@nightjar/core/run/load-generator.ts";
import type { ToolProcess } from "../process/tool-process.ts";

const KEPT_OUTPUT = 64 * 1024;

/** `secrets` are in no command; a program may still have said one. */
export function transcriptOf(
  command: readonly string[],
  { stdout, stderr }: ToolProcess,
  exitCode: number | null,
  secrets: readonly string[],
): Transcript {
  const shown = (text: string) => withoutSecrets(text, secrets).slice(-KEPT_OUTPUT);
  return { command, exitCode, stdout: shown(stdout.text), stderr: shown(stderr.text) };
}

/** Longest first, so that none is left in part. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const sorted = [...secrets].sort((a, b) => b.length - a.length);
  return sorted.reduce((shown, secret) => shown.replaceAll(secret, REDACTED), text);
}
