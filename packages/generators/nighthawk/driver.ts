/**
 * The driver of Envoy's Nighthawk (github.com/envoyproxy/nighthawk): its command, and its services
 * at addresses. No package has it: the command was not run here, and the service is ours.
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import type { Driver } from "../driver.ts";
import type { Tool } from "../run/tool.ts";
import { toolGenerator } from "../run/tool-generator.ts";
import { nighthawkCommand } from "./arguments.ts";
import { optionObjections, optionsOfJob, workersOf } from "./options.ts";
import { NighthawkReading } from "./reading.ts";
import { serviceGenerator } from "./service.ts";

export const NIGHTHAWK_CAPABILITIES: Capabilities = {
  name: "nighthawk",
  version: "",
  protocols: ["http1"],
  models: ["open"],
  arrivals: ["constant", "jitter", "burst"],
  features: [
    ...(["method", "headers", "body", "keep-alive-off", "max-requests", "reuse"] as const),
    ...(["prefetch", "address-family", "tls", "tls-insecure", "workers"] as const),
    "max-backlog",
  ],
  exactCounts: true,
  start: "wall",
  live: false,
  bySecond: false,
  fidelity: "buckets",
  latency: "service",
  columns: ["service"],
  tells: ["bytesSent", "bytesReceived", "opened"],
};

/** Its Output holds a result for each worker. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

const TOOL: Tool = {
  files: () => ({}),
  command: (job, program) => nighthawkCommand(optionsOfJob(job, workersOf(job.plan, 1)), program),
  workers: ({ plan }) => workersOf(plan, 1),
  endsItself: () => true,
  lastWordsNs: 35e9,
  stdoutLimit: OUTPUT_LIMIT,
  read: (scene) => new NighthawkReading(scene),
};

/** All workers of all services together. */
function rules(plan: Plan) {
  const services = Math.max(1, plan.generatorAddresses.length);
  return optionObjections(plan, services * workersOf(plan, services));
}

/** One for each address: the ensemble of them splits the plan and gives them one T0. */
function services(plan: Plan): LoadGenerator[] {
  const { generatorAddresses: addresses } = plan;
  const workers = workersOf(plan, addresses.length);
  const capabilities = { ...NIGHTHAWK_CAPABILITIES, version: "service" };
  return addresses.map((address) => serviceGenerator({ capabilities, address, workers }));
}

export const NIGHTHAWK: Driver = {
  capabilities: NIGHTHAWK_CAPABILITIES,
  rules,
  program: {
    name: "nighthawk_client",
    variable: "NIGHTJAR_NIGHTHAWK",
    versionFlags: ["--version"],
    versionPattern: /(\d+\.\d+\.\d+\S*)/,
    howToGet:
      "build https://github.com/envoyproxy/nighthawk, or take the program out of the image " +
      "envoyproxy/nighthawk-dev",
  },
  generator: ({ path, version }) =>
    toolGenerator({
      capabilities: { ...NIGHTHAWK_CAPABILITIES, version, start: "spawn" },
      rules,
      tool: TOOL,
      program: path,
    }),
  services,
};
