/** The outputs that are written while the run goes on: `jsonl`, to a file or to standard output. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { endLine, headLine, type RunStart, SnapshotLines } from "@nightjar/formats/jsonl/jsonl.ts";
import type { FileStream } from "./file-stream.ts";
import type { Output, Screen, WrittenLive } from "./outputs.ts";
import { deflate } from "./zlib.ts";

/** What one of them is written to. */
interface Sink {
  append(text: string): void;
}

export class LiveOutputs implements WrittenLive {
  private readonly lines = new SnapshotLines(deflate);
  private readonly outputs: readonly Output[];
  private readonly streams = new Map<Output, FileStream>();
  private sinks: readonly Sink[] = [];

  constructor(
    outputs: readonly Output[],
    private readonly plan: Plan,
    private readonly screen: Pick<Screen, "print">,
  ) {
    this.outputs = outputs.filter(({ format }) => format === "jsonl");
  }

  /** Load is about to be sent: only now are the files emptied. */
  start(start: RunStart): void {
    this.sinks = this.outputs.map((output) => this.sinkOf(output));
    if (this.sinks.length > 0) this.append(headLine(this.plan, start));
  }

  add(merged: Snapshot): void {
    if (this.sinks.length > 0) this.append(this.lines.lineOf(merged));
  }

  /** Of one of the outputs. Throws `file`, also for what failed during the run. */
  async end(output: Output, result: Result): Promise<void> {
    const stream = this.streams.get(output);
    if (!stream) return this.screen.print(endLine(result));
    stream.append(endLine(result));
    await stream.end();
  }

  private sinkOf(output: Output): Sink {
    if (!output.file) return { append: (text) => this.screen.print(text) };
    const stream = output.file.stream();
    this.streams.set(output, stream);
    return stream;
  }

  private append(text: string): void {
    for (const sink of this.sinks) sink.append(text);
  }
}
