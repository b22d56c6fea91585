/** The `load` of a plan: its defaults, and what contradicts itself. */
import { NightjarError } from "../errors.ts";
import type { Stage } from "./load-schema.ts";
import { LIMIT } from "./plan-limits.ts";
import type { ParsedDocument } from "./plan-schema.ts";
import { formatDuration, parseDurationNs, parseRate, SECOND_NS } from "./quantity.ts";

export interface Load {
  readonly model: "open" | "closed";
  /** Per second, total; `max` in the closed loop; of stages the highest. */
  readonly rate: number | "max";
  readonly stages?: Stage[];
  /** As `parseArrivals` reads it. */
  readonly arrivals: string;
  readonly connections: number;
  readonly requests?: number;
  readonly maxBacklog: number;
}

/** How due times are spread: `share` of a gap (jitter), `size` at once (burst). */
export type Arrivals =
  | { readonly process: "constant" | "poisson" }
  | { readonly process: "jitter"; readonly share: number }
  | { readonly process: "burst"; readonly size: number };

const DEFAULT_RATE_PER_S = 100;
const CLOSED_CONNECTIONS = 50;
const OPEN_CONNECTIONS = { least: 16, most: 1000, secondsOfRate: 0.1 };
const BACKLOG = { least: 1000, most: 1_000_000 };

export function refuse(where: string, message: string, hint?: string): never {
  throw new NightjarError("bad-plan", `${where}: ${message}`, hint);
}

/** `text` as the schema has let it through. */
export function parseArrivals(text: string): Arrivals {
  const [process, amount] = text.split(":");
  if (process === "jitter") return { process, share: Number(amount.slice(0, -1)) / 100 };
  if (process === "burst") return { process, size: Number(amount) };
  return { process: process === "poisson" ? "poisson" : "constant" };
}

/** The rate at which a stage begins and that at which it ends, per second. */
export function stageRates({ rate }: Stage): { fromPerS: number; toPerS: number } {
  if (typeof rate === "number") return { fromPerS: rate, toPerS: rate };
  const [from, to = from] = rate.split("..").map((text) => parseRate(text) as number);
  return { fromPerS: from, toPerS: to };
}

function resolveStage(stage: Stage, index: number): Stage {
  const where = `load.stages[${index}]`;
  if (parseDurationNs(stage.duration) <= 0) {
    refuse(`${where}.duration`, `longer than zero, found ${stage.duration}`);
  }
  const { fromPerS, toPerS } = stageRates(stage);
  for (const rate of [fromPerS, toPerS]) {
    if (rate > LIMIT.ratePerS) {
      refuse(`${where}.rate`, `at most ${LIMIT.ratePerS}/s, found ${rate}/s`);
    }
  }
  return {
    duration: formatDuration(parseDurationNs(stage.duration)),
    rate: fromPerS === toPerS ? fromPerS : `${fromPerS}..${toPerS}`,
  };
}

/** All that the stages say, and the rate and duration that follow from them. */
export interface ResolvedStages {
  readonly stages: Stage[];
  readonly peakPerS: number;
  readonly duration: string;
}

export function resolveStages({ load, warmup }: ParsedDocument): ResolvedStages | undefined {
  if (load.stages === undefined) return undefined;
  const stages = load.stages.map(resolveStage);
  if (parseDurationNs(warmup) > 0 && stageRates(stages[0]).fromPerS === 0) {
    refuse("warmup", "the first stage begins at 0/s, so there is nothing to warm up with");
  }
  const rates = stages.flatMap((stage) => Object.values(stageRates(stage)) as number[]);
  const peakPerS = Math.max(...rates);
  if (peakPerS === 0) refuse("load.stages", "every rate is zero, so nothing would be sent");
  const totalNs = stages.reduce((sum, { duration }) => sum + parseDurationNs(duration), 0);
  return { stages, peakPerS, duration: formatDuration(totalNs) };
}

function resolveRate(
  document: ParsedDocument,
  stages: ResolvedStages | undefined,
): { model: "open" | "closed"; rate: number | "max" } {
  const written = document.load.rate;
  const rate = typeof written === "string" ? parseRate(written) : written;
  if (stages) return { model: "open", rate: rateOfStages(document, stages, rate) };
  const model = document.load.model ?? (rate === "max" ? "closed" : "open");
  if (model === "open" && rate === "max") {
    refuse("load.rate", 'the open loop needs a number, found "max"', "use --model closed");
  }
  if (model === "closed" && rate !== undefined && rate !== "max") {
    refuse(
      "load.rate",
      `the closed loop sends as fast as answers come, found ${rate}/s`,
      "leave the rate out (or max), or use the open model",
    );
  }
  if (typeof rate === "number" && rate <= 0) refuse("load.rate", "a rate is above zero, found 0");
  if (typeof rate === "number" && rate > LIMIT.ratePerS) {
    refuse("load.rate", `at most ${LIMIT.ratePerS}/s, found ${rate}/s`);
  }
  return { model, rate: model === "closed" ? "max" : (rate ?? DEFAULT_RATE_PER_S) };
}

/** A resolved plan says the peak beside its stages. */
function rateOfStages(
  { load }: ParsedDocument,
  { peakPerS }: ResolvedStages,
  rate: number | "max" | undefined,
): number {
  if (load.model === "closed") {
    refuse("load.stages", "stages belong to the open loop, and this plan's model is closed");
  }
  if (rate !== undefined && rate !== peakPerS) {
    refuse("load.rate", `the stages say the rates (at most ${peakPerS}/s), found ${rate}`);
  }
  return peakPerS;
}

/** Enough for answers of 100 ms at the plan's rate; a closed loop has 50 unless told otherwise. */
function resolveConnections(document: ParsedDocument, rate: number | "max"): number {
  const written = document.load.connections;
  if (written !== "auto") return written;
  if (rate === "max") return CLOSED_CONNECTIONS;
  const wanted = Math.ceil(rate * OPEN_CONNECTIONS.secondsOfRate);
  return Math.min(Math.max(wanted, OPEN_CONNECTIONS.least), OPEN_CONNECTIONS.most);
}

function resolveBacklog(document: ParsedDocument, rate: number | "max"): number {
  const written = document.load.maxBacklog;
  return written === "auto" ? backlogUnlessWritten(rate, document.timeout) : written;
}

/** One timeout's worth of arrivals: what has waited longer is of no use to anybody. */
export function backlogUnlessWritten(rate: number | "max", timeout: string): number {
  if (rate === "max") return 0;
  const wanted = Math.ceil((rate * parseDurationNs(timeout)) / SECOND_NS);
  return Math.min(Math.max(wanted, BACKLOG.least), BACKLOG.most);
}

function checkArrivals(text: string, model: "open" | "closed"): string {
  if (model === "closed" && text !== "constant") {
    refuse("load.arrivals", "arrivals belong to the open loop, and this plan's model is closed");
  }
  const arrivals = parseArrivals(text);
  if (arrivals.process === "jitter" && arrivals.share > 1) {
    refuse("load.arrivals", `jitter is at most 100% of a gap, found ${text}`);
  }
  const isBurst = arrivals.process === "burst";
  if (isBurst && (arrivals.size < 1 || arrivals.size > LIMIT.burst)) {
    refuse("load.arrivals", `a burst is 1 to ${LIMIT.burst} exchanges, found ${text}`);
  }
  return text;
}

export function resolveLoad(document: ParsedDocument, stages: ResolvedStages | undefined): Load {
  const { model, rate } = resolveRate(document, stages);
  return {
    model,
    rate,
    ...(stages === undefined ? {} : { stages: stages.stages }),
    arrivals: checkArrivals(document.load.arrivals, model),
    connections: resolveConnections(document, rate),
    ...(document.load.requests === undefined ? {} : { requests: document.load.requests }),
    maxBacklog: resolveBacklog(document, rate),
  };
}
