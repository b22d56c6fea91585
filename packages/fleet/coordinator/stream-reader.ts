/**
 * StreamReader: the run's stream, folded as it grows; what agents have said is handed on to their
 * links.
 */
import type { Bus, Stored } from "../bus.ts";
import type { FleetFold, Spoken } from "../fold/fleet-fold.ts";
import { streamName } from "../subjects.ts";

export interface StreamReaderOptions {
  readonly bus: Bus;
  readonly runId: string;
  readonly fold: FleetFold;
  readonly spoken: (spoken: Spoken) => void;
  /** The stream cannot be read any more. */
  readonly failed: (reason: string) => void;
}

export class StreamReader {
  private readonly aborter = new AbortController();

  constructor(private readonly options: StreamReaderOptions) {
    void this.read();
  }

  close(): void {
    this.aborter.abort();
  }

  private async read(): Promise<void> {
    const { bus, runId, failed } = this.options;
    try {
      for await (const stored of bus.read(streamName(runId), 1, this.aborter.signal)) {
        this.take(stored);
      }
    } catch (error) {
      if (!this.aborter.signal.aborted)
        failed(error instanceof Error ? error.message : String(error));
    }
  }

  private take(stored: Stored): void {
    const { fold, spoken } = this.options;
    const said = fold.take(stored);
    if (said) spoken(said);
  }
}
