/**
 * Exchanges of an order with limits or details: counts what ends the child, and records what plans
 * of our own do not ask for. In a class of its own, so that it costs nothing else anything.
 */

import type { DetailHistogram, FailureKind } from "@nightjar/core/record/tally.ts";
import {
  type CountLimit,
  failureCount,
  type LimitedCount,
  statusClass,
} from "@nightjar/core/run/count-limit.ts";
import type { Details } from "@nightjar/core/run/load-generator.ts";
import { type ExchangeHooks, type ExchangeSettings, Exchanges } from "./exchanges.ts";
import type { Pacer } from "./pacer.ts";
import type { Recorder } from "./recorder.ts";
import type { Repayment } from "./repayment.ts";
import type { Slot } from "./slot.ts";

export interface WatchSettings {
  readonly limits: readonly CountLimit[];
  readonly details?: Details;
}

const SERVICE_OF: Readonly<Record<string, DetailHistogram>> = {
  "1xx": "service:1xx",
  "2xx": "service:2xx",
  "3xx": "service:3xx",
  "4xx": "service:4xx",
  "5xx": "service:5xx",
  xxx: "service:xxx",
};

export class WatchedExchanges extends Exchanges {
  private readonly counts = new Map<LimitedCount, number>();
  /** When the last one was begun. By its debt one may be free before another that was first. */
  private begunNs = 0;

  constructor(
    settings: ExchangeSettings,
    recorder: Recorder,
    pacer: Pacer,
    repayment: Repayment,
    hooks: ExchangeHooks,
    private readonly watch: WatchSettings,
  ) {
    super(settings, recorder, pacer, repayment, hooks);
  }

  /** From when it was due, or the one before it was begun, none could be. */
  override begin(slot: Slot): void {
    const { dueNs, readyNs, cell } = slot;
    const freeNs = Math.max(dueNs, readyNs);
    const blockedNs = freeNs - Math.max(dueNs, this.begunNs);
    this.begunNs = Math.max(this.begunNs, freeNs);
    if (this.watch.details && blockedNs > 0) cell.detail("blocked").record(Math.round(blockedNs));
    super.begin(slot);
  }

  override connected(slot: Slot, secure: boolean): void {
    super.connected(slot, secure);
    this.count("opened");
  }

  override prefetched(): void {
    super.prefetched();
    this.count("opened");
  }

  override sending(slot: Slot): void {
    super.sending(slot);
    if (this.watch.details) slot.cell.detail("queue").record(Math.round(this.queueNs(slot)));
    this.count("sent");
  }

  private queueNs({ dueNs, freeNs, connectNs }: Slot): number {
    return this.watch.details === "from due" ? freeNs - dueNs + connectNs : connectNs;
  }

  /** Before its slot is free, so that none that follows is begun beyond a limit. */
  protected override complete(slot: Slot, status: number, nowNs: number): void {
    super.complete(slot, status, nowNs);
    const group = statusClass(status);
    if (this.watch.details) {
      const { cell, sentNs, sizes } = slot;
      const serviceNs = Math.round(nowNs - sentNs);
      cell.detail(SERVICE_OF[group]).record(serviceNs);
      cell.detail("passage").record(Math.round(this.queueNs(slot)) + serviceNs);
      cell.detail("headerBytes").record(sizes[0]);
      cell.detail("bodyBytes").record(sizes[1]);
    }
    this.count(group);
  }

  protected override fail(
    slot: Slot,
    kind: FailureKind,
    sample: string,
    nowNs: number,
    ageNs: number,
  ): void {
    if (this.watch.details) {
      const { dueNs, freeNs, lagNs } = slot;
      const waitedNs = this.watch.details === "from due" ? 0 : freeNs - dueNs;
      slot.cell.detail("passage").record(Math.round(ageNs - waitedNs - lagNs));
    }
    this.count(failureCount(kind));
    super.fail(slot, kind, sample, nowNs, ageNs);
  }

  override dropped(): void {
    this.count("dropped");
  }

  private count(what: LimitedCount): void {
    const total = (this.counts.get(what) ?? 0) + 1;
    this.counts.set(what, total);
    for (const limit of this.watch.limits) {
      if (limit.count === what && total > limit.above) return this.hooks.limitReached(limit);
    }
  }
}

/** Chosen once: an order that asks for nothing pays nothing. */
export function makeExchanges(
  settings: ExchangeSettings & { readonly watch?: WatchSettings },
  recorder: Recorder,
  pacer: Pacer,
  repayment: Repayment,
  hooks: ExchangeHooks,
): Exchanges {
  const { watch } = settings;
  return watch === undefined
    ? new Exchanges(settings, recorder, pacer, repayment, hooks)
    : new WatchedExchanges(settings, recorder, pacer, repayment, hooks, watch);
}
