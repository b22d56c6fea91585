/** Storage: the streams of a broker. It outlasts every connection. */
import type { Clock } from "@nightjar/core/run/clock.ts";
import { BusError, type StreamLimits } from "../bus.ts";
import { MemoryStream } from "./stream.ts";

export interface StorageLimits {
  /** For so long a message id is remembered. */
  readonly duplicateWindowNs: number;
  /** Of all streams together. */
  readonly storageBytes: number;
}

export class Storage {
  private readonly byName = new Map<string, MemoryStream>();
  private readonly byPrefix = new Map<string, MemoryStream>();

  constructor(
    readonly clock: Clock,
    private readonly limits: StorageLimits,
  ) {}

  create(name: string, subjectPrefix: string, limits: StreamLimits): void {
    if (limits.replicas !== undefined && limits.replicas > 1)
      throw new BusError("too few servers", `there are no ${limits.replicas} servers for a stream`);
    if (this.byName.has(name)) return;
    const other = [...this.byPrefix.keys()].find((prefix) => overlap(prefix, subjectPrefix));
    if (other !== undefined)
      throw new BusError("not allowed", `${subjectPrefix} overlaps with the stream of ${other}`);
    const { duplicateWindowNs } = this.limits;
    const createdNs = this.clock.nowNs();
    const stream = new MemoryStream(name, subjectPrefix, limits, duplicateWindowNs, createdNs);
    this.byName.set(name, stream);
    this.byPrefix.set(subjectPrefix, stream);
  }

  delete(name: string): void {
    const stream = this.byName.get(name);
    if (stream === undefined) return;
    this.byName.delete(name);
    this.byPrefix.delete(stream.subjectPrefix);
    stream.delete();
  }

  names(prefix: string): string[] {
    return [...this.byName.keys()].filter((name) => name.startsWith(prefix));
  }

  /** Throws `no such stream`. */
  stream(name: string): MemoryStream {
    const stream = this.byName.get(name);
    if (stream === undefined) throw new BusError("no such stream", `there is no stream ${name}`);
    return stream;
  }

  /** Throws `no such stream` or `full`. */
  append(subject: string, payload: Uint8Array, id: string): void {
    const stream = this.streamOf(subject);
    const nowNs = this.clock.nowNs();
    if (this.bytes(nowNs) + subject.length + payload.length > this.limits.storageBytes)
      throw new BusError("full", `the broker holds its ${this.limits.storageBytes} bytes`);
    stream.append(subject, payload, id, nowNs);
  }

  private bytes(nowNs: number): number {
    let sum = 0;
    for (const stream of this.byName.values()) sum += stream.bytesAt(nowNs);
    return sum;
  }

  private streamOf(subject: string): MemoryStream {
    for (let dot = subject.lastIndexOf("."); dot > 0; dot = subject.lastIndexOf(".", dot - 1)) {
      const stream = this.byPrefix.get(subject.slice(0, dot));
      if (stream !== undefined) return stream;
    }
    throw new BusError("no such stream", `no stream is for ${subject}`);
  }
}

function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
