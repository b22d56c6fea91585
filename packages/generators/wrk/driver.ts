/** The driver of wrk (github.com/wg/wrk; tried with 4.1.0). */
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Driver } from "../driver.ts";
import { loadOf } from "../job.ts";
import { threadsOf } from "../run/threads.ts";
import type { Tool } from "../run/tool.ts";
import { toolGenerator } from "../run/tool-generator.ts";
import { endsItself, wrkCommand, wrkFiles } from "./arguments.ts";
import { WrkReading } from "./reading.ts";
import { wrkRules } from "./rules.ts";
import { isWrk2 } from "./which-wrk.ts";

export const WRK_CAPABILITIES: Capabilities = {
  name: "wrk",
  version: "",
  protocols: ["http1"],
  models: ["closed"],
  arrivals: [],
  features: [
    ...(["method", "headers", "secret-headers", "body", "templates", "workers"] as const),
    ...(["tls", "tls-insecure"] as const),
  ],
  exactCounts: true,
  start: "spawn",
  live: false,
  bySecond: false,
  fidelity: "histogram",
  latency: "service",
  columns: ["service"],
  tells: ["bytesReceived"],
};

const TOOL: Tool = {
  files: wrkFiles,
  command: wrkCommand,
  workers: threadsOf,
  endsItself,
  read: (scene) => new WrkReading(scene),
};

export const WRK: Driver = {
  capabilities: WRK_CAPABILITIES,
  rules: (plan) => wrkRules(plan, loadOf(plan, wholeShare(plan.load.connections))),
  program: {
    name: "wrk",
    variable: "NIGHTJAR_WRK",
    versionFlags: ["-v"],
    versionPattern: /^wrk (?:\w+\/)?(\d\S*)/m,
    mistakenFor: (said) => (isWrk2(said) ? "it is wrk2, another program" : undefined),
    howToGet: "apt-get install wrk has it",
  },
  generator: ({ path, version }) =>
    toolGenerator({
      capabilities: { ...WRK_CAPABILITIES, version },
      rules: wrkRules,
      tool: TOOL,
      program: path,
    }),
};
