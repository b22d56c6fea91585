/** Ctrl-C and SIGTERM, from the start of a command to its last number. */

export class Interruptions {
  private readonly aborter = new AbortController();
  private readonly names: string[] = [];
  private readonly onSignal = (name: NodeJS.Signals) => {
    this.names.push(name);
    this.aborter.abort(name);
    this.onEach(name);
  };

  /** `onEach` is told of every one. */
  constructor(private readonly onEach: (name: string) => void) {
    process.on("SIGINT", this.onSignal);
    process.on("SIGTERM", this.onSignal);
  }

  get count(): number {
    return this.names.length;
  }

  /** Aborted by the first. */
  get signal(): AbortSignal {
    return this.aborter.signal;
  }

  /** From here on a signal does what it does by itself: it ends the process. */
  release(): void {
    process.off("SIGINT", this.onSignal);
    process.off("SIGTERM", this.onSignal);
  }
}
