/** The driver of fortio (fortio.org/fortio; tried with 1.68.0). */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Driver } from "../driver.ts";
import { type JobLoad, loadOf } from "../job.ts";
import type { Tool } from "../run/tool.ts";
import { toolGenerator } from "../run/tool-generator.ts";
import { fortioCommand, fortioFiles } from "./arguments.ts";
import { FortioReading } from "./reading.ts";
import { fortioRules } from "./rules.ts";

export const FORTIO_CAPABILITIES: Capabilities = {
  name: "fortio",
  version: "",
  protocols: ["http1"],
  models: ["open", "closed"],
  arrivals: ["constant"],
  features: [
    ...["method", "headers", "body", "requests", "warmup"],
    ...["keep-alive-off", "max-requests", "unix", "ok-status", "stop-on"],
    ...["tls", "tls-verification", "tls-insecure", "ca-cert", "client-cert", "resumption-off"],
  ] as Capabilities["features"],
  exactCounts: false,
  start: "spawn",
  live: true,
  bySecond: true,
  fidelity: "histogram",
  latency: "service",
  columns: ["service"],
};

const TOOL: Tool = {
  files: fortioFiles,
  command: (job, place) => fortioCommand(job, { ...place, logsCalls: true }),
  endsItself: ({ closed, exchanges }) => !closed || Number.isFinite(exchanges),
  stdoutLimit: 16 * 1024 * 1024,
  read: (scene) => new FortioReading(scene),
};

const rules = (plan: Plan, load: JobLoad): Objection[] => fortioRules(plan, load);

export const FORTIO: Driver = {
  capabilities: FORTIO_CAPABILITIES,
  rules: (plan) => rules(plan, loadOf(plan, wholeShare(plan.load.connections))),
  program: {
    name: "fortio",
    variable: "NIGHTJAR_FORTIO",
    versionFlags: ["version"],
    versionPattern: /(\d+\.\d+\.\d+\S*)/,
    howToGet: "go install fortio.org/fortio@v1.68.0 builds it; then put it on the PATH",
  },
  generator: ({ path, version }) =>
    toolGenerator({
      capabilities: { ...FORTIO_CAPABILITIES, version },
      rules,
      tool: TOOL,
      program: path,
    }),
};
