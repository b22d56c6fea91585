/** Names → addresses: before the run, and again where connecting to them has failed. */
import { lookup } from "node:dns/promises";
import { NightjarError } from "@nightjar/core/errors.ts";
import { FAMILY_NAMES, ipFamilyOf } from "@nightjar/core/plan/ip-address.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";

export type AddressFamily = Plan["connection"]["addressFamily"];

/** All addresses of a name, each once, in the order of the resolver. Rejects when it has none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

const AGAIN_AFTER_NS = 1e9;

/** A name, or an address that stands for itself, and the addresses that it has by now. */
export class Host {
  /** Counts the changes of `addresses`. */
  changes = 0;
  private askedNs = Number.NEGATIVE_INFINITY;
  private asking = false;

  constructor(
    private readonly name: string,
    /** At least one. */
    public addresses: readonly string[],
    /** `null`: they never change. */
    private readonly lookUp: LookUp | null,
  ) {}

  /** It was looked up. */
  get isName(): boolean {
    return this.lookUp !== null;
  }

  /**
   * Connecting has failed, so its addresses may be others by now. Does not wait, and asks at most
   * once a second. Who has no answer keeps what it had.
   */
  lookAgain(nowNs: number): void {
    if (this.lookUp === null || this.asking || nowNs - this.askedNs < AGAIN_AFTER_NS) return;
    this.asking = true;
    this.askedNs = nowNs;
    this.lookUp(this.name)
      .then((found) => this.take(found))
      .catch(() => {})
      .finally(() => {
        this.asking = false;
      });
  }

  private take(found: readonly string[]): void {
    const { addresses } = this;
    const isSame =
      found.length === addresses.length && found.every((one) => addresses.includes(one));
    if (isSame) return;
    this.addresses = found;
    this.changes++;
  }
}

const FAMILY_NUMBERS = { any: 0, ipv4: 4, ipv6: 6 } as const;

const UNKNOWN =
  "is it spelt right, and does this machine's resolver know it? --resolve HOST:PORT:ADDRESS goes " +
  "without";

/** Asks the system. Throws `unknown-host`. */
export function systemLookUp(family: AddressFamily): LookUp {
  return async (name) => {
    try {
      const found = await lookup(name, { all: true, family: FAMILY_NUMBERS[family] });
      return [...new Set(found.map(({ address }) => address))];
    } catch (error) {
      const code = (error as { code?: string }).code ?? "unknown";
      const kind = family === "any" ? "" : `${FAMILY_NAMES[family]} `;
      const message = `the name "${name}" has no ${kind}address (${code})`;
      throw new NightjarError("unknown-host", message, UNKNOWN);
    }
  };
}

/** `name` without brackets. Throws `unknown-host`. */
export async function findHost(name: string, lookUp: LookUp): Promise<Host> {
  if (ipFamilyOf(name) !== undefined) return new Host(name, [name], null);
  return new Host(name, await lookUp(name), lookUp);
}
