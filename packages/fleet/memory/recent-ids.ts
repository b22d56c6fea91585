/**
 * RecentIds: what was seen within a window of time. Two maps take turns: one map from which the
 * oldest are deleted one by one becomes slower with each of them.
 */
export class RecentIds {
  private older = new Map<string, number>();
  private recent = new Map<string, number>();
  private turnNs = Number.NEGATIVE_INFINITY;

  constructor(private readonly windowNs: number) {}

  has(id: string, nowNs: number): boolean {
    const atNs = this.recent.get(id) ?? this.older.get(id);
    return atNs !== undefined && nowNs < atNs + this.windowNs;
  }

  add(id: string, nowNs: number): void {
    if (nowNs >= this.turnNs + this.windowNs) {
      this.older = this.recent;
      this.recent = new Map();
      this.turnNs = nowNs;
    }
    this.recent.set(id, nowNs);
  }
}
