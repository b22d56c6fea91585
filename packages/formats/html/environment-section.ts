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

function machinesTable({ children }: ResultDocument): Markup {
  const machines = children.flatMap(({ agent, environment }) =>
    agent === undefined || environment === undefined ? [] : [{ name: agent.name, environment }],
  );
  const text = (title: string, told: (environment: Environment) => string): Column => ({
    title,
    cells: machines.map(({ environment }) => told(environment)),
    isText: true,
  });
  const number = (title: string, told: (environment: Environment) => string): Column => ({
    ...text(title, told),
    isText: false,
    inkOf: (cell) => (cell === "0" || cell === "" ? "faint" : "doubt"),
  });
  return tableOf({
    caption: "the machines that sent the load, and what they withheld during the run",
    title: "agent",
    names: machines.map(({ name }) => html`<b>${name}</b>`),
    columns: [
      text("machine", ({ host }) => host),
      text(
        "cores",
        ({ cores, cpuQuota }) => `${cores}${cpuQuota === null ? "" : ` (${cpuQuota} allowed)`}`,
      ),
      text("memory", ({ memoryMb }) => bytes(memoryMb * MEGABYTE)),
      text("CPU", ({ cpu }) => cpu),
      text("system", systemIn),
      text("Bun", ({ bun }) => bun),
      number("stolen %", ({ stealPercent }) => (stealPercent === null ? "" : `${stealPercent}`)),
      number("throttled ms", ({ throttled }) => (throttled === null ? "" : count(throttled.ms))),
      number("suspended ms", ({ suspendedMs }) => (suspendedMs === null ? "" : count(suspendedMs))),
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

function systemIn({ os, kernel }: Environment): string {
  return [os, kernel].filter(Boolean).join(", ");
}
