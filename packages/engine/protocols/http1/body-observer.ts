/** What the body of one answer after another says to the plan's checks; nothing of it is kept. */

import type { Pattern, PatternState } from "@nightjar/core/pattern/pattern.ts";
import { type BodyCheck, bodyFault } from "@nightjar/core/plan/check.ts";
import { TextSearch } from "./text-search.ts";

/** One check, on one body after another. */
interface Watch {
  start(): void;
  take(bytes: Uint8Array, from: number, to: number): void;
  /** Once the body is over. */
  holds(bodyBytes: number): boolean;
}

/** Of a plan; shared by all its observers. */
export class WatchedBody {
  private readonly watchMakers: readonly (() => Watch)[];

  constructor(readonly checks: readonly BodyCheck[]) {
    this.watchMakers = checks.map(watchMaker);
  }

  watches(): Watch[] {
    return this.watchMakers.map((make) => make());
  }
}

function watchMaker(check: BodyCheck): () => Watch {
  switch (check.kind) {
    case "contains": {
      const search = new TextSearch(new TextEncoder().encode(check.text));
      return () => new TextWatch(search);
    }
    case "regex":
      return () => new PatternWatch(check.pattern);
    case "size":
      return () => new SizeWatch(check);
  }
}

class TextWatch implements Watch {
  private met = 0;

  constructor(private readonly search: TextSearch) {}

  start(): void {
    this.met = 0;
  }

  take(bytes: Uint8Array, from: number, to: number): void {
    this.met = this.search.after(this.met, bytes, from, to);
  }

  holds(): boolean {
    return this.met === this.search.length;
  }
}

class PatternWatch implements Watch {
  private state: PatternState;

  constructor(private readonly pattern: Pattern) {
    this.state = pattern.start;
  }

  start(): void {
    this.state = this.pattern.start;
  }

  take(bytes: Uint8Array, from: number, to: number): void {
    this.state = this.pattern.after(this.state, bytes, from, to);
  }

  holds(): boolean {
    return this.pattern.isMatch(this.state);
  }
}

class SizeWatch implements Watch {
  constructor(private readonly check: BodyCheck & { kind: "size" }) {}

  start(): void {}

  take(): void {}

  holds(bodyBytes: number): boolean {
    const { operator, bytes } = this.check;
    if (operator === ">=") return bodyBytes >= bytes;
    return operator === "<=" ? bodyBytes <= bytes : bodyBytes === bytes;
  }
}

export class BodyObserver {
  private readonly watches: readonly Watch[];
  /** So far. */
  bodyBytes = 0;

  constructor(private readonly watched: WatchedBody) {
    this.watches = watched.watches();
  }

  start(): void {
    this.bodyBytes = 0;
    for (const watch of this.watches) watch.start();
  }

  /** `bytes[from…to)` are of the body, with chunks taken apart. */
  take(bytes: Uint8Array, from: number, to: number): void {
    this.bodyBytes += to - from;
    for (const watch of this.watches) watch.take(bytes, from, to);
  }

  /** The place of the first check that the whole body fails; −1: there is none. */
  firstFailed(): number {
    const { watches, bodyBytes } = this;
    for (let place = 0; place < watches.length; place++) {
      if (!watches[place].holds(bodyBytes)) return place;
    }
    return -1;
  }

  sentence(place: number): string {
    return bodyFault(this.watched.checks[place], this.bodyBytes);
  }
}
