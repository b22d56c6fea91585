/**
 * Admission: whether an agent sends what it is asked for: to where, and how fast. Judged on the
 * order before anything is looked up, and again once it is known which addresses names stand for.
 *
 *     a place that packets go to   its name is on the list, or all its addresses are
 *     a name that is only spoken   (behind a proxy, a Host header, TLS) is on the list itself,
 *                                  unless it is spoken to an address that is
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Authority, authorityOf, hostPortOf } from "@nightjar/core/plan/authority.ts";
import { ipFamilyOf } from "@nightjar/core/plan/ip-address.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseResolveEntry, resolveIndexOf } from "@nightjar/core/plan/resolve-entry.ts";
import type { Order } from "@nightjar/core/run/load-generator.ts";
import type { TargetPattern } from "./target-pattern.ts";

export interface Admission {
  /** None: anywhere. */
  readonly targets: readonly TargetPattern[];
  readonly maxRatePerS: number | null;
}

type Place = Pick<Authority, "host" | "port">;

/** By what a place is allowed; `unknown`: by its addresses, if they are. */
type Ground = "name" | "address" | "unknown";

/** Shares are in whole connections, and rates are not whole. */
const ROUNDING = 1e-9;

/** Throws `refused` for what the agent does not send, as far as the order says it. */
export function admit({ plan, share }: Pick<Order, "plan" | "share">, admission: Admission): void {
  admitRate(plan.load, share, admission.maxRatePerS);
  if (admission.targets.length > 0) new Judge(plan, admission.targets).judge();
}

/** Throws `refused` where a name that is not on the list stands for an address that is not. */
export function admitAddresses(
  plan: Plan,
  addresses: readonly string[],
  { targets }: Admission,
): void {
  if (targets.length > 0) new Judge(plan, targets).judgeAddresses(addresses);
}

function admitRate(
  { rate }: Plan["load"],
  { from, to, of }: Order["share"],
  mostPerS: number | null,
): void {
  if (mostPerS === null) return;
  const limit = `at most ${mostPerS}/s (--max-rate)`;
  if (rate === "max") refuse(`it sends ${limit}, and the plan wants as much as there is`);
  const ownPerS = (rate * (to - from)) / of;
  if (ownPerS <= mostPerS * (1 + ROUNDING)) return;
  refuse(
    `it sends ${limit}, and its share is ${Number(ownPerS.toFixed(1))}/s: ${to - from} of the ` +
      `${of} connections`,
    "more agents, or more connections to share",
  );
}

function refuse(message: string, hint?: string): never {
  throw new NightjarError("refused", message, hint);
}

class Judge {
  constructor(
    private readonly plan: Plan,
    private readonly patterns: readonly TargetPattern[],
  ) {}

  judge(): void {
    const { connection, generatorAddresses, targets, tls } = this.plan;
    if (connection.unix !== undefined) {
      refuse(`the Unix socket ${connection.unix} is not among where it sends to: ${this.list}`);
    }
    for (const place of this.places()) this.groundOf(place);
    for (const address of generatorAddresses) this.admitSpoken(placeOf(`http://${address}/`));
    for (const { url, headers } of targets) {
      const target = placeOf(url);
      if (connection.proxy !== undefined) this.admitSpoken(target);
      const names = [...hostsIn(headers), ...(tls.sni === undefined ? [] : [tls.sni])];
      for (const name of names) this.admitName(name, target);
    }
  }

  /** `addresses`: of all places that packets go to. */
  judgeAddresses(addresses: readonly string[]): void {
    for (const place of this.places()) {
      if (this.groundOf(place) !== "unknown") continue;
      const said = hostPortOf(place);
      if (addresses.length === 0) this.refuse(`${said}, whose addresses nobody knows here,`);
      const foreign = addresses.find((host) => !this.isIn({ ...place, host }));
      if (foreign !== undefined) this.refuse(`${said} (addresses of the plan: ${foreign})`);
    }
  }

  /** What connections are made to: each address that the plan itself gives, else the name. */
  private places(): Place[] {
    const { connection, targets } = this.plan;
    const entries = connection.resolve.map((text) => parseResolveEntry(text, "connection.resolve"));
    const urls =
      connection.proxy === undefined ? targets.map(({ url }) => url) : [connection.proxy];
    return urls.map(placeOf).flatMap((place) => {
      const entry = entries[resolveIndexOf(entries, place)];
      return entry ? entry.addresses.map((host) => ({ ...place, host })) : [place];
    });
  }

  /** Throws where no list could ever allow it. */
  private groundOf(place: Place): Ground {
    if (ipFamilyOf(place.host) !== undefined) {
      return this.isIn(place) ? "address" : this.refuse(hostPortOf(place));
    }
    if (this.isNamed(place)) return "name";
    if (this.patterns.some((one) => one.isOfAddresses && hasPort(one, place))) return "unknown";
    return this.refuse(hostPortOf(place));
  }

  /** Who else looks it up, and where it leads, is not known here. */
  private admitSpoken(place: Place): void {
    if (!this.isNamed(place) && !this.isIn(place)) this.refuse(hostPortOf(place));
  }

  /** The target's own server is asked for another name, which it may pass on to others. */
  private admitName(name: string, target: Place): void {
    const place = spokenPlace(name, target);
    if (place !== undefined && place.host === target.host) return;
    if (place !== undefined && (this.isNamed(place) || this.isIn(place))) return;
    if (this.places().every((one) => this.groundOf(one) !== "name")) return;
    this.refuse(`"${name}"`);
  }

  private isNamed(place: Place): boolean {
    return this.patterns.some(
      (one) => !one.isOfAddresses && hasPort(one, place) && one.matches(place.host),
    );
  }

  private isIn(place: Place): boolean {
    return this.patterns.some(
      (one) => one.isOfAddresses && hasPort(one, place) && one.matches(place.host),
    );
  }

  private get list(): string {
    return `${this.patterns.map(({ text }) => text).join(", ")} (--allow-target)`;
  }

  private refuse(what: string): never {
    return refuse(`${what} is not among where it sends to: ${this.list}`);
  }
}

function hasPort({ port }: TargetPattern, place: Place): boolean {
  return port === undefined || port === place.port;
}

function placeOf(url: string): Place {
  const { host, port } = authorityOf(new URL(url));
  return { host, port };
}

function hostsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === "host" ? [value] : [],
  );
}

/** `undefined`: nobody knows before it is filled in, or it is no name at all. */
function spokenPlace(name: string, { port }: Place): Place | undefined {
  const [, host, own] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(name.trim()) ?? [];
  if (host === undefined) return undefined;
  const lower = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return { host: lower, port: own === undefined ? port : Number(own) };
}
