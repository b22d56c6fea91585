/**
 * Connection: what lies between one party and the broker.
 *
 *     up ──silence──▶ silent ──noticed──▶ down ──healed, reconnected──▶ up
 *      │                 └──heal──▶ up     ▲
 *      └──cut, the broker stops────────────┘            close: from each of them, for ever
 *
 *     up      carries, as its weather lets it
 *     silent  nothing arrives any more, and neither side has noticed
 *     down    both sides know that there is none; what was under way is lost
 */
import type { Clock } from "@nightjar/core/run/clock.ts";
import { type Arrival, Way } from "./way.ts";
import { AT_ONCE, type Freight, LUCK, Luck, type Spread, type Weather } from "./weather.ts";

type State = "up" | "silent" | "down" | "closed";

export class Connection {
  private state: State = "up";
  private isCut = false;
  private isBrokerUp: boolean;
  /** Changes with each state: what was planned in an earlier one does not happen. */
  private era = 0;
  private readonly luck: Luck;
  private readonly upward: Way;
  private readonly downward: Way;
  private readonly uses = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    readonly weather: Weather,
    isBrokerUp: boolean,
  ) {
    this.luck = new Luck(weather.seed, LUCK.way);
    const { upNs = AT_ONCE, downNs = AT_ONCE, stepNs = 1 } = weather;
    this.upward = new Way(clock, this.luck, upNs, stepNs);
    this.downward = new Way(clock, this.luck, downNs, stepNs);
    this.isBrokerUp = isBrokerUp;
    if (!isBrokerUp) this.state = "down";
  }

  /** As both sides believe. */
  get isConnected(): boolean {
    return this.state === "up" || this.state === "silent";
  }

  get isClosed(): boolean {
    return this.state === "closed";
  }

  up(freight: Freight, arrival: Arrival): void {
    this.send(this.upward, freight, arrival);
  }

  down(freight: Freight, arrival: Arrival): void {
    this.send(this.downward, freight, arrival);
  }

  /** In order, once, and lost only with the connection. */
  downInOrder(arrival: Arrival): void {
    if (this.state === "up") this.downward.carry(arrival);
  }

  /** `use` is called whenever there is a connection or none, and when it is closed. */
  onChange(use: () => void): () => void {
    this.uses.add(use);
    return () => this.uses.delete(use);
  }

  cut(): void {
    this.isCut = true;
    this.drop();
  }

  /** After `cut` or `silence`. */
  heal(): void {
    this.isCut = false;
    if (this.state === "silent") this.rise();
    else this.reconnect();
  }

  /** Half open: both sides notice after `unnoticedNs`, and it is cut then. */
  silence(unnoticedNs: number): void {
    if (this.state !== "up") return;
    this.isCut = true;
    this.enter("silent");
    this.upward.clear();
    this.downward.clear();
    this.inThisEra(unnoticedNs, () => this.cut());
  }

  /** Nothing arrives for so long; then all of it. */
  stall(forNs: number): void {
    const untilNs = this.clock.nowNs() + forNs;
    this.upward.hold(untilNs);
    this.downward.hold(untilNs);
  }

  brokerStops(): void {
    this.isBrokerUp = false;
    this.drop();
  }

  brokerStarts(): void {
    this.isBrokerUp = true;
    this.reconnect();
  }

  /** What has been sent still arrives at the broker. */
  close(): void {
    this.enter("closed");
    this.downward.clear();
    this.tellUses();
    this.uses.clear();
  }

  private send(way: Way, freight: Freight, arrival: Arrival): void {
    if (this.state !== "up") return;
    const { loss, repeats, overtaken } = this.weather;
    if (repeats) {
      for (const { chance, afterNs } of repeats) {
        if (this.luck.strikes(chance)) this.sendLate(afterNs, arrival);
      }
    }
    if (loss && this.luck.strikes(loss[freight] ?? 0)) return;
    if (overtaken && this.luck.strikes(overtaken.chance)) this.sendLate(overtaken.afterNs, arrival);
    else way.carry(arrival);
  }

  /** Past all others. Lost where there is no connection by then. */
  private sendLate(afterNs: Spread, arrival: Arrival): void {
    this.clock.after(this.luck.within(afterNs), () => {
      if (this.state === "up") arrival();
    });
  }

  private drop(): void {
    if (this.state === "closed") return;
    this.enter("down");
    this.upward.clear();
    this.downward.clear();
    this.tellUses();
  }

  private reconnect(): void {
    if (this.state !== "down" || this.isCut || !this.isBrokerUp) return;
    const waitNs = this.luck.within(this.weather.reconnectNs ?? AT_ONCE);
    if (waitNs === 0) this.rise();
    else this.inThisEra(waitNs, () => this.rise());
  }

  private rise(): void {
    this.enter("up");
    this.tellUses();
  }

  private tellUses(): void {
    for (const use of this.uses) use();
  }

  private enter(state: State): void {
    this.state = state;
    this.era++;
  }

  private inThisEra(afterNs: number, then: () => void): void {
    const { era } = this;
    this.clock.after(afterNs, () => {
      if (this.era === era) then();
    });
  }
}
