/** The driver of vegeta (github.com/tsenart/vegeta; tried with 12.13.0). */
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Driver } from "../driver.ts";
import { loadOf } from "../job.ts";
import { threadsOf } from "../run/threads.ts";
import type { Tool } from "../run/tool.ts";
import { toolGenerator } from "../run/tool-generator.ts";
import { VEGETA_ENVIRONMENT, vegetaCommand, vegetaFiles } from "./arguments.ts";
import { VegetaReading } from "./reading.ts";
import { vegetaRules } from "./rules.ts";

export const VEGETA_CAPABILITIES: Capabilities = {
  name: "vegeta",
  version: "",
  protocols: ["http1"],
  models: ["open", "closed"],
  arrivals: ["constant"],
  features: [
    ...(["method", "headers", "secret-headers", "body", "templates", "requests"] as const),
    ...(["warmup", "keep-alive-off", "unix", "ok-status", "stop-on"] as const),
    ...(["tls", "tls-verification", "tls-insecure", "ca-cert", "client-cert"] as const),
    ...(["resumption-off", "workers"] as const),
  ],
  exactCounts: true,
  start: "spawn",
  live: true,
  bySecond: true,
  fidelity: "histogram",
  latency: "service",
  columns: ["service"],
  tells: [],
};

const TOOL: Tool = {
  files: vegetaFiles,
  command: vegetaCommand,
  environment: VEGETA_ENVIRONMENT,
  workers: threadsOf,
  endsItself: () => true,
  read: (scene) => new VegetaReading(scene),
};

export const VEGETA: Driver = {
  capabilities: VEGETA_CAPABILITIES,
  rules: (plan) => vegetaRules(plan, loadOf(plan, wholeShare(plan.load.connections))),
  program: {
    name: "vegeta",
    variable: "NIGHTJAR_VEGETA",
    versionFlags: ["-version"],
    versionPattern: /Version:\s*v?(\d\S*)/,
    howToGet: "go install github.com/tsenart/vegeta/v12@v12.13.0 builds it",
  },
  generator: ({ path, version }) =>
    toolGenerator({
      capabilities: { ...VEGETA_CAPABILITIES, version },
      rules: vegetaRules,
      tool: TOOL,
      program: path,
    }),
};
