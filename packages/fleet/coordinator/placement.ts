/**
 * Placement: as many agents as a run wants, claimed. All or none: who cannot have all gives back
 * what it holds and tries again a while later, so that of two coordinators who want the same agents
 * one gets them.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { VERSION } from "@nightjar/core/version.ts";
import type { Bus } from "../bus.ts";
import { WAIT } from "../limits.ts";
import { type AgentFacts, type Claim, FLEET_PROTOCOL, type Heartbeat } from "../messages.ts";
import { askAgain } from "./ask.ts";
import { choose, type Demand } from "./demand.ts";
import { Roster } from "./roster.ts";

export interface PlacementOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly demands: readonly Demand[];
  /** Of all claims. */
  readonly claim: Omit<Claim, "type" | "protocol" | "version" | "attempt" | "child">;
  readonly signal: AbortSignal;
  /** In [0, 1), by which coordinators that meet wait for different times. */
  readonly draw: () => number;
}

/** Who cannot be heard may be there for all that. */
const AWAY = new NightjarError("lost", "the broker is away, and with it whoever was to be claimed");

export interface Claimed {
  readonly child: string;
  /** To be given back by. */
  readonly attempt: number;
  readonly facts: AgentFacts;
  readonly capabilities: Capabilities;
}

const AGAIN_NS = 0.3e9;
const AGAIN_SPREAD_NS = 1e9;

/** Rejects with `refused`, and nobody is claimed. */
export async function place(options: PlacementOptions): Promise<Claimed[]> {
  const roster = new Roster(options.bus, options.clock);
  try {
    return await new Placing(options, roster).place();
  } finally {
    roster.close();
  }
}

function isOurs({ protocol, version }: AgentFacts): boolean {
  return protocol === FLEET_PROTOCOL && version === VERSION;
}

/** Numbers of different engines are not one number. */
function otherVersion({ name, version, protocol }: AgentFacts): string {
  return (
    `agent ${name} is Nightjar ${version} (fleet protocol ${protocol}), and this coordinator ` +
    `${VERSION} (${FLEET_PROTOCOL})`
  );
}

class Placing {
  private readonly endNs: number;
  private attempt = 0;
  /** By agent: why it would not be claimed. */
  private refusals = new Map<string, string>();

  constructor(
    private readonly options: PlacementOptions,
    private readonly roster: Roster,
  ) {
    this.endNs = options.clock.nowNs() + WAIT.placeNs;
  }

  async place(): Promise<Claimed[]> {
    await this.roster.callRoll();
    for (;;) {
      this.failIfAborted();
      const { chosen, missing } = choose(this.options.demands, this.roster.present());
      const claimed = missing.length === 0 ? await this.claimAll(chosen) : undefined;
      if (claimed) return claimed;
      this.failIfAborted();
      if (this.options.clock.nowNs() >= this.endNs) throw this.refusal(missing);
      await this.pause();
    }
  }

  private failIfAborted(): void {
    const { aborted, reason } = this.options.signal;
    if (aborted) throw new NightjarError("prepare-failed", `cancelled: ${String(reason)}`);
  }

  /**
   * The first of an order that all coordinators share, and who has it claims the others together:
   * the first of a thousand does not wait for the last for longer than its lease. `undefined`: not
   * all, so none.
   */
  private async claimAll(chosen: readonly Heartbeat[]): Promise<Claimed[] | undefined> {
    this.attempt++;
    this.refusals = new Map();
    const agents = chosen.map(({ facts }) => facts);
    const first = await this.claimOne("0", agents[0]);
    const claimOther = (facts: AgentFacts, at: number) => this.claimOne(String(at + 1), facts);
    const others = first === undefined ? [] : await Promise.all(agents.slice(1).map(claimOther));
    const claimed = [first, ...others].flatMap((one) => one ?? []);
    if (claimed.length === agents.length) return claimed;
    await Promise.all(agents.slice(0, 1 + others.length).map((facts) => this.giveBack(facts)));
    return undefined;
  }

  private async claimOne(child: string, facts: AgentFacts): Promise<Claimed | undefined> {
    const common = { type: "claim", protocol: FLEET_PROTOCOL, version: VERSION } as const;
    const { attempt } = this;
    const { claim } = this.options;
    try {
      const answer = await askAgain(this.options, facts.id, {
        ...common,
        ...claim,
        attempt,
        child,
      });
      if (answer.type === "claimed" && answer.facts.id !== facts.id) return undefined;
      if (answer.type === "claimed" && isOurs(answer.facts)) return { child, attempt, ...answer };
      if (answer.type === "claimed") this.refusals.set(facts.name, otherVersion(answer.facts));
      if (answer.type !== "refused") return undefined;
      const hint = answer.hint === undefined ? "" : ` (${answer.hint})`;
      this.refusals.set(facts.name, `${answer.reason}${hint}`);
    } catch {
      this.refusals.set(facts.name, `agent ${facts.name} does not answer`);
    }
    return undefined;
  }

  private async giveBack({ id }: AgentFacts): Promise<void> {
    const { runId } = this.options.claim;
    const { attempt } = this;
    const reason = "others were wanted too";
    const release = { type: "release", runId, attempt, reason } as const;
    await askAgain(this.options, id, release).catch(() => {});
  }

  private pause(): Promise<void> {
    const { clock, draw } = this.options;
    const delayNs = AGAIN_NS + AGAIN_SPREAD_NS * draw();
    return new Promise((resolve) => clock.after(delayNs, resolve));
  }

  private refusal(missing: readonly string[]): NightjarError {
    if (!this.options.bus.isConnected) return AWAY;
    const all = [...missing, ...this.refusals.values()];
    const there = this.roster.present().length;
    const hint =
      there === 0
        ? "no agent is there: start some with nightjar agent --nats URL"
        : "nightjar agents lists who is there";
    return new NightjarError("refused", `the fleet cannot carry this run: ${all.join("; ")}`, hint);
  }
}
