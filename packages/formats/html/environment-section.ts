/**
 * On which machines it ran, and what they withheld. Over a fleet the load came from the agents'
 * machines, so each of them has a row; the other facts are the coordinator's.
 */
import type { Environment } from "@nightjar/core/record/environment.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { bytes, count, counted } from "../figures.ts";
import { html, type Markup } from "./markup.ts";
import { type Column, type Fact, factsOf, section, tableOf } from "./table.ts";

const MEGABYTE = 1e6;

export function environmentSection(result: ResultDocument): Markup {
  const machines = machinesTable(result);
  const { environment } = result;
  const isFleet = machines.text !== "";
  const facts = environment === null ? [] : factsIn(environment, isFleet);
  return section("environment", "Environment", [machines, factsOf(facts)]);
}

type Told = (environment: Environment) => string;

const MACHINE_COLUMNS: readonly (readonly [title: string, told: Told])[] = [
  ["machine", ({ host }) => host],
  ["cores", coresAllowed],
  ["memory", ({ memoryMb }) => bytes(memoryMb * MEGABYTE)],
  ["CPU", ({ cpu }) => cpu],
];
/** Where an agent's is not the coordinator's. */
const WHERE_UNLIKE: typeof MACHINE_COLUMNS = [
  ["system", systemIn],
  ["Bun", ({ bun }) => bun],
];
/** Where anything was. */
const WITHHELD: typeof MACHINE_COLUMNS = [
  ["stolen %", ({ stealPercent }) => `${stealPercent || ""}`],
  ["throttled ms", ({ throttled }) => (throttled?.ms ? count(throttled.ms) : "")],
  ["suspended ms", ({ suspendedMs }) => (suspendedMs ? count(suspendedMs) : "")],
];

function machinesTable({ children, environment: ours }: ResultDocument): Markup {
  const machines = children.flatMap(({ agent, environment }) =>
    agent === undefined || environment === undefined ? [] : [{ name: agent.name, environment }],
  );
  const isTold = (told: Told, usual: string) =>
    machines.some(({ environment }) => told(environment) !== usual);
  const columnOf = ([title, told]: readonly [string, Told], isText: boolean): Column => {
    const cells = machines.map(({ environment }) => told(environment));
    return { title, cells, isText, inkOf: () => (isText ? "" : "doubt") };
  };
  const unlike = WHERE_UNLIKE.filter(([, told]) => isTold(told, ours === null ? "" : told(ours)));
  const withheld = WITHHELD.filter(([, told]) => isTold(told, ""));
  return tableOf({
    caption: "the machines that sent the load, and what they withheld during the run",
    title: "agent",
    names: machines.map(({ name }) => html`<b>${name}</b>`),
    columns: [
      ...[...MACHINE_COLUMNS, ...unlike].map((column) => columnOf(column, true)),
      ...withheld.map((column) => columnOf(column, false)),
    ],
  });
}

function factsIn(environment: Environment, isFleet: boolean): Fact[] {
  const { host, cpu, memoryMb, bun, stealPercent, throttled, suspendedMs } = environment;
  return [
    { name: isFleet ? "coordinator" : "machine", value: host },
    { name: "CPU", value: cpu },
    { name: "cores", value: coresIn(environment) },
    { name: "memory", value: bytes(memoryMb * MEGABYTE) },
    { name: "system", value: systemIn(environment) },
    { name: "Bun", value: bun },
    { name: "taken by the hypervisor", value: stealPercent ? `${stealPercent} %` : "" },
    {
      name: "throttled by the control group",
      value: throttled?.ms ? `${count(throttled.ms)} ms` : "",
    },
    { name: "suspended", value: suspendedMs ? `${count(suspendedMs)} ms` : "" },
  ];
}

function coresIn({ cores, cpuQuota }: Environment): string {
  const quota = cpuQuota === null ? "" : `, ${cpuQuota} allowed by the control group`;
  return `${counted(cores, "core")}${quota}`;
}

function coresAllowed({ cores, cpuQuota }: Environment): string {
  return cpuQuota === null ? `${cores}` : `${cores} (${cpuQuota} allowed)`;
}

function systemIn({ os, kernel }: Environment): string {
  return [os, kernel].filter(Boolean).join(", ");
}
