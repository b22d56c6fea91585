/**
 * The driver of wrk2 (github.com/giltene/wrk2 at 44a94c1, its last). No package has it: it is
 * judged by what the real one has printed, and was not run here.
 */
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Driver } from "../driver.ts";
import { loadOf } from "../job.ts";
import { threadsOf } from "../run/threads.ts";
import type { Tool } from "../run/tool.ts";
import { toolGenerator } from "../run/tool-generator.ts";
import { isWrk } from "../wrk/which-wrk.ts";
import { wrk2Command, wrk2Files } from "./arguments.ts";
import { Wrk2Reading } from "./reading.ts";
import { wrk2Rules } from "./rules.ts";

export const WRK2_CAPABILITIES: Capabilities = {
  name: "wrk2",
  version: "",
  protocols: ["http1"],
  models: ["open"],
  arrivals: ["constant"],
  features: [
    ...(["method", "headers", "secret-headers", "body", "templates", "workers"] as const),
    ...(["tls", "tls-insecure"] as const),
  ],
  exactCounts: false,
  start: "spawn",
  live: false,
  bySecond: false,
  fidelity: "buckets",
  latency: "response",
  columns: ["service", "response"],
  tells: ["bytesReceived"],
};

const TOOL: Tool = {
  files: wrk2Files,
  command: wrk2Command,
  workers: threadsOf,
  endsItself: () => true,
  // It looks for its end every two seconds.
  lastWordsNs: 5 * SECOND_NS,
  stdoutLimit: 4 * 1024 * 1024,
  read: (scene) => new Wrk2Reading(scene),
};

export const WRK2: Driver = {
  capabilities: WRK2_CAPABILITIES,
  rules: (plan) => wrk2Rules(plan, loadOf(plan, wholeShare(plan.load.connections))),
  program: {
    name: "wrk2",
    variable: "NIGHTJAR_WRK2",
    versionFlags: ["-v"],
    versionPattern: /^wrk (\d\S*)/m,
    mistakenFor: (said) => (isWrk(said) ? "it is wrk, which keeps to no rate" : undefined),
    howToGet: "build https://github.com/giltene/wrk2 by make; its program is called wrk",
  },
  generator: ({ path, version }) =>
    toolGenerator({
      capabilities: { ...WRK2_CAPABILITIES, version },
      rules: wrk2Rules,
      tool: TOOL,
      program: path,
    }),
};
