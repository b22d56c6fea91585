/** The table of commands: the parser, `--help` and `docs/cli.md` are made from it. */
import { BUILD_OPTIONS } from "./options/build.ts";
import { CONVERT_OPTIONS } from "./options/convert.ts";
import { AGENT_OPTIONS, COLLECT_OPTIONS, LIST_OPTIONS } from "./options/fleet.ts";
import { GENERATORS_OPTIONS } from "./options/generators.ts";
import { OUTPUT_FORMAT_OPTION } from "./options/nighthawk-output-transform.ts";
import { NIGHTHAWK_SERVICE_OPTIONS } from "./options/nighthawk-service.ts";
import { NO_COLOR_OPTION } from "./options/output.ts";
import type { OptionRow } from "./options/row.ts";
import { PLAN_OPTIONS, RUN_OPTIONS } from "./options/run.ts";
import { TESTSERVER_OPTIONS } from "./options/testserver.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

/** What a person wants to do; `--help` is in these groups. */
export type CommandGroup =
  | "Measure"
  | "Prepare"
  | "Many machines"
  | "In place of others"
  | "Nightjar itself";

export interface CommandRow {
  /** Words behind `nightjar`. */
  readonly name: string;
  readonly group: CommandGroup;
  readonly help: string;
  readonly argument?: {
    readonly name: string;
    readonly help: string;
    readonly choices?: readonly string[];
  };
  readonly options: readonly OptionRow[];
  readonly examples: readonly string[];
}

export const COMMANDS: readonly CommandRow[] = [
  {
    name: "run",
    group: "Measure",
    help: "send load to a URL, or as a plan file says, and judge what came back",
    argument: { name: "url-or-plan", help: "http:// or https:// URL, or a YAML or JSON plan" },
    options: RUN_OPTIONS,
    examples: [
      "nightjar run http://localhost:8080/ --rate 2000 --threshold 'p99 < 50ms'",
      "nightjar run http://localhost:8080/ --rate max --connections 64 --duration 30s",
      "nightjar run plan.yaml --output json=result.json",
      "nightjar run plan.yaml --fleet nats://bus:4222 --agents 8",
    ],
  },
  {
    name: "run collect",
    group: "Measure",
    help: "print the result of a run over a fleet again, from what its NATS server keeps of it",
    argument: { name: "run", help: "the id of the run" },
    options: COLLECT_OPTIONS,
    examples: ["nightjar run collect 1b4e28ba-2fa1 --nats nats://bus:4222"],
  },
  {
    name: "explain",
    group: "Measure",
    help: "say why the verdict of a run is what it is, and what its numbers mean",
    argument: { name: "result", help: "what --output json=FILE has written; - is standard input" },
    options: [NO_COLOR_OPTION],
    examples: ["nightjar explain result.json"],
  },
  {
    name: "demo",
    group: "Measure",
    help: "run a real load test of 10 s against a test server on this machine",
    options: [],
    examples: [],
  },
  {
    name: "plan check",
    group: "Prepare",
    help: "print the resolved plan with every default, or say what is wrong with it",
    argument: { name: "url-or-plan", help: "a YAML or JSON plan, or a URL" },
    options: PLAN_OPTIONS,
    examples: [
      "nightjar plan check plan.yaml",
      "nightjar plan check http://localhost:8080/ --rate 2000 > plan.yaml",
    ],
  },
  {
    name: "convert",
    group: "Prepare",
    help: "turn a document of another tool into ours, or ours into another's (docs/smp.md)",
    argument: { name: "file", help: "the document; - is standard input" },
    options: CONVERT_OPTIONS,
    examples: [
      "nightjar convert --from smp --to plan smp-test.yaml",
      "nightjar convert --from plan --to smp plan.yaml --outfile smp-test.yaml",
    ],
  },
  {
    name: "generators",
    group: "Prepare",
    help: "list the load generators: what each can do, and where it is on this machine",
    options: GENERATORS_OPTIONS,
    examples: ["nightjar generators"],
  },
  {
    name: "testserver",
    group: "Prepare",
    help: "serve answers of known delay, status and fault (docs/testserver.md)",
    options: TESTSERVER_OPTIONS,
    examples: [
      "nightjar testserver --port 8080",
      "nightjar testserver --port 8080 --behaviour 'delay=exp:5ms&status=503:1' --log",
    ],
  },
  {
    name: "agent",
    group: "Many machines",
    help: "join a fleet: wait at a NATS server for runs, and send this machine's part of them",
    options: AGENT_OPTIONS,
    examples: [
      "nightjar agent --nats nats://bus:4222",
      "nightjar agent --nats nats://bus:4222 --label zone=eu --max-rate 5000/s",
    ],
  },
  {
    name: "agents",
    group: "Many machines",
    help: "list the agents of a fleet: what each has, and what it does now",
    options: LIST_OPTIONS,
    examples: ["nightjar agents --nats nats://bus:4222"],
  },
  {
    name: "nighthawk-service",
    group: "In place of others",
    help: "serve Nighthawk's gRPC contract on our engine (docs/nighthawk.md)",
    options: NIGHTHAWK_SERVICE_OPTIONS,
    examples: [
      "nightjar nighthawk-service",
      "nightjar nighthawk-service --listen 127.0.0.1:0 --listener-address-file addr",
    ],
  },
  {
    name: "nighthawk-output-transform",
    group: "In place of others",
    help: "write a Nighthawk Output, JSON on standard input, in one of Nighthawk's formats",
    options: [OUTPUT_FORMAT_OPTION],
    examples: ["nightjar nighthawk-output-transform --output-format human < output.json"],
  },
  {
    name: "build",
    group: "Nightjar itself",
    help: "make the single executable dist/nightjar from this checkout",
    options: BUILD_OPTIONS,
    examples: [
      "nightjar build",
      "nightjar build --target bun-linux-arm64 --outfile nightjar-arm64",
    ],
  },
  {
    name: "completion",
    group: "Nightjar itself",
    help: "print the script that lets a shell complete commands, options and values",
    argument: { name: "shell", help: SHELLS.join(", "), choices: SHELLS },
    options: [],
    examples: [
      "nightjar completion bash > ~/.local/share/bash-completion/completions/nightjar",
      "nightjar completion zsh > ~/.zfunc/_nightjar",
      "nightjar completion fish > ~/.config/fish/completions/nightjar.fish",
    ],
  },
];
