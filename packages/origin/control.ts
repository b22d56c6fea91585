/**
 * The control of a running origin, for peers on the loopback interface:
 *
 *   POST   /.control/freeze?for=1400ms   202, and 20 ms later the whole process stops for so long
 *   GET    /.control/log                 the rows as bytes (log.ts); a header counts the dropped
 *   DELETE /.control/log                 204; begins the log anew
 *   GET    /.control/stats               {requests, connectionsAccepted, connectionsOpen, byStatus}
 *
 * Control requests are neither counted nor logged.
 */
import { BehaviourError, parseDurationNs } from "./behaviour.ts";
import type { OriginLog } from "./log.ts";
import { DROPPED_HEADER } from "./log-reader.ts";
import { TEXT_HEADER } from "./response.ts";
import type { Stats } from "./stats.ts";

export const FREEZE_NS_MAX = 60e9;
/** So that the answer is gone before the process stops. */
const FREEZE_AFTER_MS = 20;

export interface ControlAnswer {
  status: number;
  body: Buffer;
  /** Whole lines. */
  headers: string;
}

function say(status: number, sentence: string): ControlAnswer {
  return { status, body: Buffer.from(`${sentence}\n`), headers: TEXT_HEADER };
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === "::1";
}

/** Stops this process: no timer runs, no socket is read, nothing is answered. */
function freeze(ns: number): void {
  setTimeout(() => Bun.sleepSync(ns / 1e6), FREEZE_AFTER_MS);
}

export class Control {
  constructor(
    private readonly log: OriginLog,
    private readonly stats: Stats,
  ) {}

  /** `request`: method, space, target. */
  obey(request: string, peerAddress: string): ControlAnswer {
    if (!isLoopback(peerAddress)) return say(403, "Control is for peers on this host.");
    const [line, query] = request.split("?", 2);
    switch (line) {
      case "POST /.control/freeze":
        return this.freeze(query ?? "");
      case "GET /.control/log":
        return this.readLog();
      case "DELETE /.control/log":
        this.log.clear();
        return { status: 204, body: Buffer.alloc(0), headers: "" };
      case "GET /.control/stats":
        return this.readStats();
      default:
        return say(404, "Control is freeze (POST), log (GET, DELETE) and stats (GET).");
    }
  }

  private freeze(query: string): ControlAnswer {
    try {
      const ns = parseDurationNs(new URLSearchParams(query).get("for") ?? "");
      if (ns > FREEZE_NS_MAX) return say(400, "A freeze lasts at most a minute.");
      freeze(ns);
      return say(202, "Freezing.");
    } catch (error) {
      if (!(error instanceof BehaviourError)) throw error;
      return say(400, error.message);
    }
  }

  private readLog(): ControlAnswer {
    if (this.log.rowsMax === 0) return say(404, "This origin keeps no log.");
    const dropped = `${DROPPED_HEADER}: ${this.log.rowsDropped}\r\n`;
    const headers = `Content-Type: application/octet-stream\r\n${dropped}`;
    return { status: 200, body: this.log.encode(), headers };
  }

  private readStats(): ControlAnswer {
    const body = Buffer.from(`${JSON.stringify(this.stats.document())}\n`);
    return { status: 200, body, headers: "Content-Type: application/json\r\n" };
  }
}
