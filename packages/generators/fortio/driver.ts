/** The driver of fortio (fortio.org/fortio; tried with 1.68.0). */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Driver } from "../driver.ts";
import { loadOf } from "../job.ts";
import { threadsOf } from "../run/threads.ts";
import type { Tool } from "../run/tool.ts";
import { toolGenerator } from "../run/tool-generator.ts";
import { fortioCommand, fortioFiles } from "./arguments.ts";
import { FortioReading } from "./reading.ts";
import { fortioRules, LOGGED_FEATURES, logsCalls } from "./rules.ts";
import { FortioSummaryReading } from "./summary-reading.ts";

/** The histograms of a result are small; a list of connections is as long as they are many. */
const RESULT_LIMIT = 16 * 1024 * 1024;

export const FORTIO_CAPABILITIES: Capabilities = {
  name: "fortio",
  version: "",
  protocols: ["http1"],
  models: ["open", "closed"],
  arrivals: ["constant"],
  features: [
    ...(["method", "headers", "body", "requests", "warmup"] as const),
    ...(["keep-alive-off", "max-requests", "unix", "ok-status", "stop-on"] as const),
    ...(["tls", "tls-verification", "tls-insecure", "ca-cert", "client-cert"] as const),
    ...(["resumption-off", "workers"] as const),
  ],
  exactCounts: false,
  start: "spawn",
  live: true,
  bySecond: true,
  fidelity: "histogram",
  latency: "service",
  columns: ["service"],
  tells: ["opened", "reused"],
};

/** As it carries out `plan`. */
function capabilitiesFor(plan: Plan): Capabilities {
  if (logsCalls(plan)) return FORTIO_CAPABILITIES;
  const features = FORTIO_CAPABILITIES.features.filter((one) => !LOGGED_FEATURES.includes(one));
  return {
    ...FORTIO_CAPABILITIES,
    ...{ features, live: false, bySecond: false, fidelity: "buckets" },
  };
}

function toolFor(plan: Plan): Tool {
  const isLogged = logsCalls(plan);
  return {
    files: fortioFiles,
    command: (job, program) => fortioCommand(job, program, isLogged),
    workers: threadsOf,
    endsItself: ({ closed, exchanges }) => !closed || Number.isFinite(exchanges),
    stdoutLimit: RESULT_LIMIT,
    read: (scene) => (isLogged ? new FortioReading(scene) : new FortioSummaryReading(scene)),
  };
}

export const FORTIO: Driver = {
  capabilities: FORTIO_CAPABILITIES,
  rules: (plan) => fortioRules(plan, loadOf(plan, wholeShare(plan.load.connections))),
  program: {
    name: "fortio",
    variable: "NIGHTJAR_FORTIO",
    versionFlags: ["version"],
    versionPattern: /(\d+\.\d+\.\d+\S*)/,
    howToGet: "go install fortio.org/fortio@v1.68.0 builds it; then put it on the PATH",
  },
  generator: ({ path, version }, plan) =>
    toolGenerator({
      capabilities: { ...capabilitiesFor(plan), version },
      rules: fortioRules,
      tool: toolFor(plan),
      program: path,
    }),
};
