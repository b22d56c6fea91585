/** Counts since the start; control requests and connections that made nothing else are left out. */

const STATUS_MAX = 599;

export class Stats {
  requests = 0;
  connectionsAccepted = 0;
  connectionsOpen = 0;
  private readonly answers = new Float64Array(STATUS_MAX + 1);

  answered(status: number): void {
    this.answers[status]++;
  }

  document(): Record<string, unknown> {
    const byStatus: Record<string, number> = {};
    for (let status = 0; status <= STATUS_MAX; status++)
      if (this.answers[status] > 0) byStatus[status] = this.answers[status];
    const { requests, connectionsAccepted, connectionsOpen } = this;
    return { requests, connectionsAccepted, connectionsOpen, byStatus };
  }
}
