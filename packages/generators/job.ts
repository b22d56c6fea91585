/** Job: what one child has to do of a plan, in numbers, with all texts filled in. Pure. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { parseChecks } from "@nightjar/core/plan/check.ts";
import { DEFAULT_HEADERS } from "@nightjar/core/plan/default-headers.ts";
import { speaksOfSecret } from "@nightjar/core/plan/header-secrecy.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { textsOf } from "@nightjar/core/plan/target-text.ts";
import type { Segment } from "@nightjar/core/plan/template.ts";
import { ENV_PREFIX } from "@nightjar/core/plan/template-env.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import type { Assets, Order } from "@nightjar/core/run/load-generator.ts";
import { dueCount, plannedEndNs } from "@nightjar/core/schedule/due-count.ts";
import { connectionsOf, countStriped, type Share } from "@nightjar/core/schedule/share.ts";

export interface JobHeader {
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
}

/** What is sent, in every exchange the same. */
export interface JobRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly JobHeader[];
  /** `undefined`: none, and not of no bytes. */
  readonly body: Uint8Array | undefined;
}

/** The load of this child: how much of it, and when. Times in ns from the start of the child. */
export interface JobLoad {
  readonly closed: boolean;
  /** Infinite in the closed loop. */
  readonly ratePerS: number;
  /** Infinite where only the time ends a closed loop. */
  readonly exchanges: number;
  /** How many of them, from the first on, are of the warm-up; 0 in the closed loop. */
  readonly warmupExchanges: number;
  readonly connections: number;
  readonly warmupNs: number;
  /** Warm-up and measured part; infinite where answers alone end it. */
  readonly lengthNs: number;
  readonly timeoutNs: number;
  readonly drainNs: number;
}

export interface Job extends JobLoad {
  readonly plan: Plan;
  readonly request: JobRequest;
  /** Files that the plan names, by the name that it gives them. */
  readonly assets: Assets;
  /** By status code: 1 where it counts as ok. */
  readonly okStatus: Uint8Array;
  /** The first interval. */
  readonly from: number;
}

/** Throws `prepare-failed` where what the plan names did not come with it. */
export function jobOf({ plan, share, from, assets }: Omit<Order, "runId" | "child">): Job {
  return {
    ...loadOf(plan, share, from),
    plan,
    request: requestOf(plan, assets),
    assets,
    okStatus: parseChecks(plan.checks).okStatus,
    from,
  };
}

/** Without texts, so that rules can ask before anything has been read. */
export function loadOf(plan: Plan, share: Share, from = 0): JobLoad {
  const { warmupNs, timeoutNs, drainNs } = timing(plan);
  const endNs = plannedEndNs(plan, share) ?? Number.POSITIVE_INFINITY;
  const fromNs = from * SECOND_NS;
  return {
    ...amountOf(plan, share, fromNs),
    connections: connectionsOf(share),
    warmupNs: Math.max(0, warmupNs - fromNs),
    lengthNs: Math.max(0, endNs - fromNs),
    timeoutNs,
    drainNs,
  };
}

type Amount = Pick<JobLoad, "closed" | "ratePerS" | "exchanges" | "warmupExchanges">;

function amountOf(plan: Plan, share: Share, fromNs: number): Amount {
  const { rate, requests } = plan.load;
  if (rate === "max") {
    const endless = requests === undefined;
    return {
      closed: true,
      ratePerS: Number.POSITIVE_INFINITY,
      exchanges: endless ? Number.POSITIVE_INFINITY : countStriped(share, requests),
      warmupExchanges: 0,
    };
  }
  const { warmupNs, endNs } = timing(plan);
  const due = dueCount(plan, share);
  const before = due.before(fromNs);
  return {
    closed: false,
    ratePerS: (rate * (share.to - share.from)) / share.of,
    exchanges: due.before(endNs) - before,
    warmupExchanges: Math.max(0, due.before(warmupNs) - before),
  };
}

function requestOf({ targets }: Plan, assets: Assets): JobRequest {
  const [target] = targets;
  const { url, headers, body } = textsOf(target, 0);
  const fill = (segments: readonly Segment[], encode: (text: string) => string = String) =>
    segments.map((one) => (typeof one === "string" ? one : encode(variable(one, assets)))).join("");
  const own = headers.map(({ name, segments }) => ({
    name,
    value: fill(segments),
    isSecret: speaksOfSecret(name) || segments.some((one) => typeof one !== "string"),
  }));
  return {
    url: url.authority.origin + fill(url.segments, encodeURIComponent),
    method: target.method,
    headers: [...defaultsBeside(own), ...own],
    body: bodyOf(target, fill(body), assets),
  };
}

function defaultsBeside(own: readonly JobHeader[]): JobHeader[] {
  const names = new Set(own.map(({ name }) => name.toLowerCase()));
  return DEFAULT_HEADERS.filter(([name]) => !names.has(name.toLowerCase())).map(
    ([name, value]) => ({ name, value, isSecret: false }),
  );
}

/** Other templates change with the exchange: a driver that has none refuses them by its rules. */
function variable(hole: Exclude<Segment, string>, assets: Assets): string {
  const { template, source } = hole;
  if (template.kind === "env")
    return new TextDecoder().decode(asset(ENV_PREFIX + template.name, assets));
  throw new NightjarError("prepare-failed", `${source} changes with the exchange`);
}

/** Throws `prepare-failed`. */
export function asset(name: string, assets: Assets): Uint8Array {
  const bytes = assets[name];
  if (bytes !== undefined) return bytes;
  throw new NightjarError("prepare-failed", `"${name}" of the plan did not come with it`);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

function bodyOf(
  { body, bodyFile, bodySize }: Plan["targets"][number],
  text: string,
  assets: Assets,
): Uint8Array | undefined {
  if (bodyFile !== undefined) return asset(bodyFile, assets);
  if (bodySize !== undefined) {
    const whole = LETTERS.repeat(Math.ceil(bodySize / LETTERS.length));
    return new TextEncoder().encode(whole.slice(0, bodySize));
  }
  return body === undefined ? undefined : new TextEncoder().encode(text);
}

/** Texts that may be shown to nobody. */
export function secretsOf({ request, assets }: Job): string[] {
  const ofHeaders = request.headers.filter(({ isSecret }) => isSecret).map(({ value }) => value);
  const ofVariables = Object.entries(assets)
    .filter(([name]) => name.startsWith(ENV_PREFIX))
    .map(([, value]) => new TextDecoder().decode(value));
  return [...ofHeaders, ...ofVariables].filter((text) => text !== "");
}
