/** What a program has used, snapshot by snapshot. */
import type { Usage } from "@nightjar/core/record/snapshot.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { ToolExit, ToolProcess } from "./tool-process.ts";

export class UsageOfTool {
  private saidCpuNs = 0;
  private saidNs = monotonicNs();
  private exit: ToolExit | undefined;

  constructor(
    private readonly process: ToolProcess,
    /** The load is said as a mean over these. */
    private readonly workers: number,
  ) {}

  /** The program is gone: its whole account is known. */
  settle(exit: ToolExit): void {
    this.exit ??= exit;
  }

  take(): Usage {
    const cpuNs = Math.max(this.saidCpuNs, this.exit?.cpuNs ?? this.process.cpuNs());
    const nowNs = monotonicNs();
    const usage = {
      cpuNs: Math.round(cpuNs - this.saidCpuNs),
      wallNs: Math.round((nowNs - this.saidNs) * this.workers),
      rssBytes: this.exit?.rssBytes ?? 0,
    };
    this.saidCpuNs = cpuNs;
    this.saidNs = nowNs;
    return usage;
  }
}
