/** What was run, what was offered, what came of it, and where every exchange went. */
import { formatDuration, MILLISECOND_NS, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { AccountingDocument, ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, counted, percent, rate, seconds } from "../figures.ts";
import { type PlanFacts, planFacts, secondsOf } from "../plan-facts.ts";
import { flow, label, prose } from "./flow.ts";
import { cellsOf, clip, foreign, type Ink, type Line, line, widthOf } from "./line.ts";

const LOOPS = {
  response: {
    open: "open loop: due times from the plan, latencies from the due time",
    closed: "closed loop: due when a connection is free, so there is no wait",
  },
  service: {
    open: "open loop: latencies from the sending on, so that waiting is in none",
    closed: "closed loop: latencies from the sending on",
  },
} as const;

/** Below this a rate is no rate: one request has no duration to be divided by. */
const SHORTEST_S = 0.001;
const URL_LINES = 2;

function wholeMillisecondsNs(s: number): number {
  return Math.round((s * SECOND_NS) / MILLISECOND_NS) * MILLISECOND_NS;
}

function durationOf({ durationS }: ResultDocument, { duration, warmup }: PlanFacts): string {
  const isSpelled = durationS < 1 || Number.isInteger(durationS);
  const ran = isSpelled ? formatDuration(wholeMillisecondsNs(durationS)) : seconds(durationS);
  const of = secondsOf(duration) > durationS * 1.01 ? ` of ${duration}` : "";
  return `${ran}${of}${warmup === "" ? "" : ` after ${warmup} of warm-up`}`;
}

/** `jitter:10%`, `burst:50`; the even ones need no word. */
function arrivalsFact(arrivals: string): string[] {
  const [process, amount = ""] = arrivals.split(":");
  if (process === "poisson") return ["Poisson arrivals"];
  if (process === "jitter") return [`jitter of ${amount.replace("%", " %")} of a gap`];
  return process === "burst" ? [`bursts of ${amount}`] : [];
}

function stagesFact({ stages }: ResultDocument): string[] {
  if (stages.length === 0) return [];
  const most = Math.max(...stages.flatMap(({ ratePerS: { from, to } }) => [from, to]));
  return [`${counted(stages.length, "stage")} up to ${rate(most)}`];
}

type Loop = (model: "open" | "closed") => string;

export function loadFacts(
  result: ResultDocument,
  plan: PlanFacts,
  loop: Loop = (model) => LOOPS[result.generator.latencyKind][model],
): string[] {
  const facts: string[] = plan.model === null ? [] : [loop(plan.model)];
  facts.push(...stagesFact(result), ...arrivalsFact(plan.arrivals));
  if (plan.connections !== null) facts.push(counted(plan.connections, "connection"));
  const agents = result.children.filter(({ agent }) => agent !== undefined).length;
  const on = agents === 0 ? "" : ` on ${counted(agents, "agent")}`;
  // A number that the document did not say is not told as if it had.
  const isAssumed = result.source?.assumed.includes("generator.workers") === true;
  if (!isAssumed) facts.push(`${counted(result.generator.workers, "worker")}${on}`);
  if (plan.requests !== null) facts.push(counted(plan.requests, "request"));
  if (result.durationS >= SHORTEST_S) facts.push(durationOf(result, plan));
  return facts;
}

type Target = ResultDocument["targets"][number];

function isLong({ method, url }: Target, columns: number): boolean {
  return cellsOf(foreign(`${method} ${url}`)) > columns;
}

/** In a line of its own, in two at most: who needs all of it has the plan. */
function longTarget({ method, url }: Target, columns: number): Line[] {
  const lead = line(`${foreign(method)} `, "bold");
  const room = Math.max(columns - widthOf(lead), 1);
  return flow(lead, [clip(line(foreign(url), "bold"), room * URL_LINES)], columns);
}

/** The first of several stands for all; the others are in a table of their own. */
export function runSection(result: ResultDocument, columns: number): Line[] {
  return askedSection(result, loadFacts(result, planFacts(result)), columns);
}

/** Of several generators, each with latencies of its own meaning. */
export function planSection(result: ResultDocument, columns: number): Line[] {
  const facts = loadFacts(result, planFacts(result), (model) => `${model} loop`);
  return askedSection(result, facts, columns);
}

function askedSection({ targets }: ResultDocument, said: string[], columns: number): Line[] {
  const [first, ...others] = targets;
  const facts = said.map((fact) => line(foreign(fact)));
  if (first === undefined) return flow([], facts, columns, " · ");
  const more = others.length === 0 ? "" : ` and ${count(others.length)} more`;
  if (isLong(first, columns - more.length)) {
    const rest = more === "" ? [] : [line(more.trim(), "bold")];
    return [...longTarget(first, columns), ...flow([], [...rest, ...facts], columns, " · ")];
  }
  const name = line(`${foreign(`${first.method} ${first.url}`)}${more}`, "bold");
  return flow([], [name, ...facts], columns, " · ");
}

type Account = keyof AccountingDocument & string;

/** What becomes of exchanges that are not answered. */
const MEANING = {
  dropped: "the backlog was full",
  unsent: "no connection came free before the end",
  unknown: "due while a worker was lost",
  failed: "no answer, and none will come",
  censored: "still in flight at the end",
} as const;

const UNCOUNTED = "due, and in none of the generator's own counts";

function isUnanswered(account: string): account is keyof typeof MEANING {
  return Object.hasOwn(MEANING, account);
}

/** Where all has arrived, nobody was lost: the generator itself has not counted it. */
export function meaningsOf(
  accounting: AccountingDocument,
): Readonly<Record<keyof typeof MEANING, string>> {
  const { intervalsExpected, intervalsReceived, unknown } = accounting;
  const isWhole = intervalsReceived !== null && intervalsReceived === intervalsExpected;
  return unknown > 0 && isWhole ? { ...MEANING, unknown: UNCOUNTED } : MEANING;
}

function sum(accounting: AccountingDocument, total: Account, parts: readonly Account[]): Line[] {
  const terms = parts.map((part, at): Line => {
    const n = accounting[part] as number;
    const ink: Ink = n === 0 ? "faint" : isUnanswered(part) ? "doubt" : "plain";
    return line(`${at === 0 ? "=" : "+"} ${count(n)} ${part}`, ink);
  });
  return [line(count(accounting[total] as number)), ...terms];
}

function meanings(accounting: AccountingDocument): string {
  const all = Object.entries(meaningsOf(accounting));
  const said = all.filter(([account]) => (accounting[account] as number) > 0);
  return said.map(([account, meaning]) => `${account}: ${meaning}`).join("; ");
}

/** In the closed loop nothing is offered: the rate is what came of it. */
function ratesOf(result: ResultDocument): string[] {
  const { accounting, achieved, durationS, offered } = result;
  if (durationS < SHORTEST_S || accounting?.due === 0) return [];
  const share = accounting ? ` (${percent(accounting.completed / accounting.due)})` : "";
  const answered = `${rate(achieved.ratePerS)} answered${share}`;
  const isOffered = planFacts(result).model !== "closed" && offered.ratePerS !== null;
  return isOffered ? [`${rate(offered.ratePerS as number)} offered`, answered] : [answered];
}

function rateRows(result: ResultDocument, columns: number): Line[] {
  const rates = ratesOf(result).map((text) => line(text, "bold"));
  return rates.length === 0 ? [] : flow(label("rate"), rates, columns, " · ");
}

function populations({ populations: { ok, error, unanswered } }: ResultDocument): Line[] {
  const part = (n: number | null, name: string, ink: Ink) =>
    n === null ? [] : [line(`${count(n)} ${name}`, n === 0 ? "faint" : ink)];
  return [
    ...part(ok, "ok", "plain"),
    ...part(error, error === 1 ? "error" : "errors", "bad"),
    ...part(unanswered, "unanswered", "bad"),
  ];
}

function completeness(accounting: AccountingDocument, columns: number): Line[] {
  const { intervalsExpected: expected, intervalsReceived: received } = accounting;
  if (expected === null || received === null || received === expected) return [];
  const share = expected === 0 ? "" : ` (${percent(received / expected)})`;
  const text = `${count(received)} of ${count(expected)} arrived${share}`;
  return prose(label("intervals"), text, columns, "doubt");
}

export function accountingSection(result: ResultDocument, columns: number): Line[] {
  const { accounting } = result;
  const rates = rateRows(result, columns);
  const answers = flow(label("answers"), populations(result), columns, " · ");
  if (accounting === null) return [...rates, ...answers];
  const due = sum(accounting, "due", ["sent", "dropped", "unsent", "unknown"]);
  const sent = sum(accounting, "sent", ["completed", "failed", "censored"]);
  const explained = meanings(accounting);
  return [
    ...rates,
    ...flow(label("due"), due, columns),
    ...flow(label("sent"), sent, columns),
    ...answers,
    ...(explained === "" ? [] : prose(label(""), explained, columns, "faint")),
    ...completeness(accounting, columns),
  ];
}
